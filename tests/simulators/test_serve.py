"""``lantoa simulate`` as a process: says when each stand-in is ready, and leaves quietly when told to."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

from lantoa.simulators.sms import SEND

RUN = """
import asyncio, sys
from pathlib import Path
from lantoa.simulators.serve import NAMES, serve
say = lambda line: print(line, flush=True)
asyncio.run(serve(NAMES, port_base=0, zalo_webhook="", ledgers=Path(sys.argv[1]), say=say))
"""


def test_ready_lines_then_work_then_a_quiet_end(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", RUN, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    names = ["zalo", "sms", "smtp", "smpp", "viettel", "vnpt", "imap", "telegram", "webpush"]
    names += ["facebook", "telegram_channel"]
    ready = [process.stdout.readline().split() for _ in names]
    assert [line[:2] for line in ready] == [["ready", name] for name in names]
    body = {"ApiKey": "demo-api-key", "SecretKey": "demo-secret-key", "RequestId": "k", "Phone": "84900000001"}
    with urlopen(Request(ready[1][2] + SEND, json.dumps(body).encode())) as reply:
        assert json.loads(reply.read())["CodeResult"] == "100"
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    process.stdout.close()
    assert [json.loads(line)["accepted"] for line in (tmp_path / "sms.jsonl").read_text().splitlines()] == ["k"]


def test_a_loudspeaker_by_name_with_a_broker_of_its_own(tmp_path: Path) -> None:
    run = RUN.replace("serve(NAMES,", 'serve(["loudspeaker"],')
    process = subprocess.Popen([sys.executable, "-c", run, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    _ready, name, url, _mqtt, _address, topic, _key, key = process.stdout.readline().split()
    with urlopen(f"{url}/_device") as reply:
        told = json.loads(reply.read())
    assert (name, told["topic"], told["public_key"]) == ("loudspeaker", topic, key)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    process.stdout.close()
