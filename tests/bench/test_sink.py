"""The sink counts what it is sent, each message once, and shows a double; the bare loops reach it."""

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from bench import raw_http, raw_mail
from bench.messages import mail, sms
from lantoa.config.loop.processes import free_port_base

ROOT = Path(__file__).resolve().parents[2]
FORM = {"subject": "Tin", "text": "Chào {name}\n.\n{unsubscribe_url}", "html": "<p>{name} {unsubscribe_url}</p>"}


@pytest.fixture
def ports() -> Iterator[tuple[int, int]]:
    http = free_port_base(2)
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.sink", str(http), str(http + 1)], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    process.stdout.readline()
    yield http, http + 1
    process.terminate()
    process.wait()
    process.stdout.close()


def seen(port: int) -> dict[str, float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_seen") as reply:
        return json.load(reply)


def post(port: int, path: str, body: object) -> dict[str, str]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", json.dumps(body).encode(), method="POST")
    with urllib.request.urlopen(request) as reply:
        return json.load(reply)


def test_bare_loop_reaches_everybody_once(ports: tuple[int, int]) -> None:
    asyncio.run(raw_http.run(f"http://127.0.0.1:{ports[0]}/sms", 60, 7))
    counted = seen(ports[0])
    assert (counted["taken"], counted["distinct"], counted["calls"]) == (60, 60, 60)
    assert counted["first"] < counted["last"]


def test_double_shows(ports: tuple[int, int]) -> None:
    for _ in range(2):
        assert post(ports[0], "/sms", sms(1, "84000000001", "Người nhận mẫu"))["CodeResult"] == "100"
    counted = seen(ports[0])
    assert (counted["taken"], counted["distinct"]) == (2, 1)


def test_bulk_call_counts_every_message(ports: tuple[int, int]) -> None:
    post(ports[0], "/bulk", {"Messages": [sms(number, "84000000001", "x") for number in range(5)]})
    counted = seen(ports[0])
    assert (counted["taken"], counted["distinct"], counted["calls"]) == (5, 5, 1)


def test_reset_forgets_and_delays(ports: tuple[int, int]) -> None:
    post(ports[0], "/sms", sms(1, "84000000001", "x"))
    post(ports[0], "/_reset?delay_ms=30", {})
    before = seen(ports[0])
    post(ports[0], "/sms", sms(2, "84000000001", "x"))
    after = seen(ports[0])
    assert (before["taken"], after["taken"]) == (0, 1)
    assert after["now"] - before["now"] >= 0.03


def test_mail_loop_reaches_everybody_once(ports: tuple[int, int]) -> None:
    asyncio.run(raw_mail.run(ports[1], 20, FORM, 3))
    counted = seen(ports[0])
    assert (counted["taken"], counted["distinct"]) == (20, 20)


def test_mail_is_personal_and_has_a_way_out() -> None:
    raw = mail(7, "nguoi-nhan-mau-00000007@lantoa.example", "Người <mẫu>", FORM)
    read = message_from_bytes(raw, policy=policy.default)
    text, shown = read.get_body(("plain",)), read.get_body(("html",))
    link = read["List-Unsubscribe"].strip("<>")
    assert link.startswith("https://lantoa.example/nhan-tin/thoi/7:policy_news:")
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert text.get_content().splitlines() == ["Chào Người <mẫu>", ".", link]
    assert shown.get_content().strip() == f"<p>Người &lt;mẫu&gt; {link}</p>"
