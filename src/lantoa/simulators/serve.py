"""Runs stand-ins together until told to stop."""

import asyncio
import signal
from collections.abc import Callable, Collection
from pathlib import Path

from lantoa.simulators.sms import SmsSimulator
from lantoa.simulators.smtp import SmtpSimulator
from lantoa.simulators.stage import Simulator
from lantoa.simulators.zalo import ZaloSimulator

NAMES = ("zalo", "sms", "smtp")


async def serve(
    names: Collection[str], *, port_base: int, zalo_webhook: str, ledgers: Path | None, say: Callable[[str], object]
) -> None:
    """Run the named stand-ins on ``port_base`` (Zalo), +1 (SMS), +2 (SMTP control), +3 (SMTP) until SIGTERM or SIGINT.

    ``say`` is called once for each, when it is ready.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    started: list[Simulator] = []
    try:
        for name in NAMES:
            if name in names:
                path = ledgers / f"{name}.jsonl" if ledgers else None
                started.append(await _start(name, port_base, zalo_webhook, path, say))
        await stopped.wait()
    finally:
        for simulator in reversed(started):
            await simulator.stop()


async def _start(name: str, base: int, zalo_webhook: str, path: Path | None, say: Callable[[str], object]) -> Simulator:
    if name == "zalo":
        zalo = ZaloSimulator(webhook_url=zalo_webhook, ledger_path=path)
        await zalo.start(base)
        say(f"ready zalo {zalo.url}")
        return zalo
    if name == "sms":
        sms = SmsSimulator(ledger_path=path)
        await sms.start(base + 1 if base else 0)
        say(f"ready sms {sms.url}")
        return sms
    smtp = SmtpSimulator(ledger_path=path)
    await smtp.start(base + 2 if base else 0, base + 3 if base else 0)
    say(f"ready smtp 127.0.0.1:{smtp.smtp_port} control {smtp.url}")
    return smtp
