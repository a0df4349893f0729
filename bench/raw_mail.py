"""The bare loop for mail: personalised, two sides, one-click unsubscribe, over lasting SMTP connections; no database.

`python -m bench.raw_mail PORT COUNT FORM.json [--loop asyncio|uvloop] [--connections 10]`; the form holds subject, text
and html with `{name}` and `{unsubscribe_url}` in them, as they are approved.
"""

import argparse
import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import uvloop
from aiosmtplib import SMTP

from bench.messages import SENDER, mail, recipients


async def send_one_by_one(port: int, people: Iterator[tuple[int, tuple[str, str]]], form: dict[str, str]) -> None:
    """One connection's share of the work."""
    async with SMTP(hostname="127.0.0.1", port=port, use_tls=False, start_tls=False) as client:
        for number, (address, name) in people:
            raw = mail(number, address, name, form)
            await client.mail(SENDER)
            await client.rcpt(address)
            await client.data(raw)


async def run(port: int, count: int, form: dict[str, str], connections: int) -> None:
    """Send to everybody."""
    people = enumerate(recipients("email", count), 1)
    await asyncio.gather(*(send_one_by_one(port, people, form) for _ in range(connections)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("form", type=Path)
    parser.add_argument("--loop", choices=["asyncio", "uvloop"], default="uvloop")
    parser.add_argument("--connections", type=int, default=10)
    chosen = parser.parse_args()
    runner = uvloop.run if chosen.loop == "uvloop" else asyncio.run
    runner(run(chosen.port, chosen.count, json.loads(chosen.form.read_text()), chosen.connections))
