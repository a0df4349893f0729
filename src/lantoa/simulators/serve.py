"""Runs stand-ins together until told to stop."""

import asyncio
import signal
from collections.abc import Callable, Collection
from pathlib import Path

from lantoa.simulators.facebook import FacebookSimulator
from lantoa.simulators.sms import SmsSimulator
from lantoa.simulators.smtp import SmtpSimulator
from lantoa.simulators.stage import Simulator
from lantoa.simulators.telegram_channel import TelegramChannelSimulator
from lantoa.simulators.zalo_broadcast import ZaloBroadcastSimulator

NAMES = ("zalo", "sms", "smtp", "facebook", "telegram_channel")

_PLACES = {"zalo": 0, "sms": 1, "facebook": 20, "telegram_channel": 21}


async def serve(
    names: Collection[str],
    *,
    port_base: int,
    zalo_webhook: str,
    ledgers: Path | None,
    say: Callable[[str], object],
    zalo_token: str = "demo-refresh-token",  # noqa: S107  (a stand-in's token opens nothing)
) -> None:
    """Run the named stand-ins on ``port_base`` (Zalo), +1 (SMS), +2 (SMTP control), +3 (SMTP), +20 (Facebook), +21
    (Telegram channels) until SIGTERM or SIGINT.

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
                made = _make(name, path, zalo_webhook, zalo_token)
                started.append(made)
                say(await _start(made, port_base))
        await stopped.wait()
    finally:
        for simulator in reversed(started):
            await simulator.stop()


def _make(name: str, ledger: Path | None, zalo_webhook: str, zalo_token: str) -> Simulator:
    if name == "zalo":
        return ZaloBroadcastSimulator(webhook_url=zalo_webhook, refresh_token=zalo_token, ledger_path=ledger)
    kinds: dict[str, type[Simulator]] = {
        "sms": SmsSimulator,
        "smtp": SmtpSimulator,
        "facebook": FacebookSimulator,
        "telegram_channel": TelegramChannelSimulator,
    }
    return kinds[name](ledger_path=ledger)


async def _start(simulator: Simulator, base: int) -> str:
    if isinstance(simulator, SmtpSimulator):
        await simulator.start(base + 2 if base else 0, base + 3 if base else 0)
        return f"ready smtp 127.0.0.1:{simulator.smtp_port} control {simulator.url}"
    await simulator.start(base + _PLACES[simulator.name] if base else 0)
    return f"ready {simulator.name} {simulator.url}"
