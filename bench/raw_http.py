"""The bare loop: personalised messages over 100 connections, no database, as a competent programmer writes it.

`python -m bench.raw_http URL COUNT [--loop asyncio|uvloop] [--connections 100]`
"""

import argparse
import asyncio
import json
from collections.abc import Iterator

import aiohttp
import uvloop

from bench.messages import recipients, sms, taken


async def send_one_by_one(http: aiohttp.ClientSession, url: str, people: Iterator[tuple[int, tuple[str, str]]]) -> None:
    """One connection's share of the work."""
    for number, (phone, name) in people:
        async with http.post(url, json=sms(number, phone, name)) as reply:
            taken(json.loads(await reply.read()))


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
