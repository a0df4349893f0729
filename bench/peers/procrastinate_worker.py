"""Procrastinate at work: jobs deferred in batches, many at once, as its pages on production and concurrency say.

`python -m bench.peers.procrastinate_worker fill COUNT | work LOOP CONCURRENCY`
"""

import asyncio
import os
import sys

import aiohttp
import uvloop

from bench.messages import recipients
from bench.peers.procrastinate_app import app, send

BATCH = 1_000


async def fill(count: int) -> None:
    """Make the tables and defer a job for everybody."""
    people = [
        {"number": number, "phone": phone, "name": name}
        for number, (phone, name) in enumerate(recipients("sms", count), 1)
    ]
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        for start in range(0, count, BATCH):
            await send.batch_defer_async(*people[start : start + BATCH])


async def work(concurrency: int) -> None:
    """Do the jobs there are."""
    connector = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(connector=connector) as http, app.open_async():
        await app.run_worker_async(
            concurrency=concurrency,
            wait=False,
            delete_jobs="successful",
            listen_notify=False,
            additional_context={"http": http, "url": os.environ["BENCH_URL"]},
        )


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        asyncio.run(fill(int(sys.argv[2])))
    else:
        runner = uvloop.run if sys.argv[2] == "uvloop" else asyncio.run
        runner(work(int(sys.argv[3])))
