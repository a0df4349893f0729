"""Celery with one task a recipient on Redis: results ignored, much prefetched, as its page on optimising says for many
short tasks."""

import os

import urllib3
from celery import Celery

from bench.messages import recipients, sms, taken

app = Celery("bench", broker=os.environ.get("BENCH_BROKER", ""))
app.conf.update(
    task_ignore_result=True,
    worker_prefetch_multiplier=128,
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
)
HTTP = urllib3.PoolManager(maxsize=100)


@app.task(name="bench.send", ignore_result=True)
def send(number: int, phone: str, name: str) -> None:
    """Send one message."""
    reply = HTTP.request("POST", os.environ["BENCH_URL"], json=sms(number, phone, name))
    taken(reply.json())


def fill(count: int) -> None:
    """Queue a task for everybody, over one connection."""
    with app.producer_pool.acquire(block=True) as producer:
        for number, (phone, name) in enumerate(recipients("sms", count), 1):
            send.apply_async((number, phone, name), producer=producer)


if __name__ == "__main__":
    import sys

    fill(int(sys.argv[1]))
