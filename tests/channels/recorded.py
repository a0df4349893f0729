"""Answers of providers as files, and a server that gives them over a socket: the first line, headers, the body."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

REPLIES = Path(__file__).parent / "samples" / "replies"


def names(provider: str) -> set[str]:
    """The recorded answers of one provider."""
    return {path.stem for path in (REPLIES / provider).glob("*.http")}


def reply(provider: str, name: str) -> bytes:
    """A recorded answer as it goes over the wire, with the length of its body."""
    head, body = (REPLIES / provider / f"{name}.http").read_bytes().split(b"\n\n", 1)
    body = body.removesuffix(b"\n")
    length = f"Content-Length: {len(body)}\r\n".encode()
    return head.replace(b"\n", b"\r\n") + b"\r\n" + length + b"\r\n" + body


@asynccontextmanager
async def answering(answers: Mapping[str, bytes]) -> AsyncIterator[str]:
    """A server that answers what begins with one of these (“GET /v26.0/…”, the longest wins) by these bytes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                lengths = [line for line in head.split("\r\n") if line.lower().startswith("content-length:")]
                await reader.readexactly(int(lengths[0].split(":")[1]) if lengths else 0)
                known = [start for start in answers if head.startswith(start)]
                writer.write(answers[max(known, key=len)])
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
