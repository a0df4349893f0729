"""A device behind a line that breaks, and our own address of a sound, over real sockets."""

import asyncio
import io
import random
import re
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from asgiref.sync import async_to_sync

from lantoa.channels.loudspeaker.recordings import keep_recording, path_of
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.simulators.speaker.device import content_at

pytestmark = pytest.mark.django_db(transaction=True)
BREAKS_AFTER = 300_000
"""Bytes of one answer."""


def noise(size: int) -> bytes:
    """A WAV of which no two parts are alike."""
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(random.Random(1).randbytes(size))
    return made.getvalue()


class WeakLine:
    """Lets one request through at a time, and breaks after so many bytes of its answer."""

    def __init__(self, server: str) -> None:
        where = urlsplit(server)
        self.host, self.port = where.hostname, where.port
        self.asked: list[str] = []
        self.brought = 0

    async def carry(self, device: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        request = await device.readuntil(b"\r\n\r\n")
        self.asked.append("".join(re.findall(r"^Range: (.*)\r$", request.decode(), re.MULTILINE | re.IGNORECASE)))
        answer, there = await asyncio.open_connection(self.host, self.port)
        there.write(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        passed = 0
        with suppress(ConnectionError):
            while passed < BREAKS_AFTER and (piece := await answer.read(min(65536, BREAKS_AFTER - passed))):
                passed += len(piece)
                back.write(piece)
                await back.drain()
        self.brought += passed
        for end in (there, back):
            end.close()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self.carry, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def test_it_goes_on_where_its_line_broke_and_has_every_byte(live_server: Any, staff: Callable[..., Any]) -> None:
    content = noise(1_000_000)
    name = keep_recording(by=staff(Role.CHANNEL_OFFICER), at=now(), text="Mời bà con.", content=content)
    path, line = path_of(name, now() + timedelta(hours=1)), WeakLine(live_server.url)

    async def story() -> bytes:
        async with line.open() as address:
            return await content_at(address + path)

    assert async_to_sync(story)() == content
    assert [asked != "" for asked in line.asked] == [False, True, True, True]
    assert line.brought < len(content) + 4 * 2000, "nothing is brought twice"
