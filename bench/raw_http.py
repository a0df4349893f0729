"""The bare loop: personalised eSMS-style messages over 100 connections, no database, as a competent programmer would.

`python -m bench.raw_http URL COUNT [--loop asyncio|uvloop] [--connections 100] [--bulk N]`
"""

import argparse
import asyncio
import json
from collections.abc import Iterator

import aiohttp
import uvloop

from bench.world import BODY, recipients

FIXED = {"ApiKey": "bench", "SecretKey": "bench", "Brandname": "", "SmsType": "2", "Sandbox": "0", "CallbackUrl": ""}


def body_of(number: int, phone: str, name: str) -> dict[str, str]:
    """One message: the name filled in, the alphabet found, a key of its own."""
    text = BODY.replace("{name}", name)
    unicode = "0" if text.isascii() else "1"
    return FIXED | {"Phone": phone, "Content": text, "IsUnicode": unicode, "RequestId": f"raw-{number}-0"}


async def send_one_by_one(http: aiohttp.ClientSession, url: str, people: Iterator[tuple[int, tuple[str, str]]]) -> None:
    """One connection's share of the work."""
    for number, (phone, name) in people:
        async with http.post(url, json=body_of(number, phone, name)) as reply:
            answer = json.loads(await reply.read())
        if answer["CodeResult"] != "100" or not answer["SMSID"]:
            raise RuntimeError(f"refused: {answer}")


async def run(url: str, count: int, connections: int) -> None:
    """Send to everybody."""
    people = enumerate(recipients("sms", count), 1)
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
        await asyncio.gather(*(send_one_by_one(http, url, people) for _ in range(connections)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("count", type=int)
    parser.add_argument("--loop", choices=["asyncio", "uvloop"], default="uvloop")
    parser.add_argument("--connections", type=int, default=100)
    chosen = parser.parse_args()
    runner = uvloop.run if chosen.loop == "uvloop" else asyncio.run
    runner(run(chosen.url, chosen.count, chosen.connections))
