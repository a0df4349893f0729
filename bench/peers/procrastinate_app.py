"""Procrastinate with one asynchronous job a recipient."""

import json
import os
from typing import Any

import procrastinate

from bench.messages import sms, taken

app = procrastinate.App(
    connector=procrastinate.PsycopgConnector(conninfo=os.environ.get("BENCH_DATABASE", ""), min_size=4, max_size=16)
)


@app.task(pass_context=True)
async def send(context: Any, number: int, phone: str, name: str) -> None:
    """Send one message."""
    http, url = context.additional_context["http"], context.additional_context["url"]
    async with http.post(url, json=sms(number, phone, name)) as reply:
        taken(json.loads(await reply.read()))
