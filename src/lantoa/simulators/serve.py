"""Runs stand-ins together until told to stop."""

import asyncio
import signal
from collections.abc import Callable, Collection
from pathlib import Path

from lantoa.simulators.smpp import SmppSimulator
from lantoa.simulators.sms import SmsSimulator
from lantoa.simulators.smtp import SmtpSimulator
from lantoa.simulators.stage import Simulator
from lantoa.simulators.viettel import ViettelSimulator
from lantoa.simulators.vnpt import VnptSimulator
from lantoa.simulators.zalo import ZaloSimulator

PORTS = {"zalo": (0,), "sms": (1,), "smtp": (2, 3), "smpp": (4, 5), "viettel": (6,), "vnpt": (7,)}
"""Where each stand-in listens, counted from the first port; of two, the first is for control."""
NAMES = tuple(PORTS)


async def serve(
    names: Collection[str],
    *,
    port_base: int,
    zalo_webhook: str,
    ledgers: Path | None,
    say: Callable[[str], object],
    zalo_token: str = "demo-refresh-token",  # noqa: S107  (a stand-in's token opens nothing)
) -> None:
    """Run the named stand-ins on ``port_base`` and the ports after it, as `PORTS` says, until SIGTERM or SIGINT.

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
                say(await _start(made, [port_base + place if port_base else 0 for place in PORTS[name]]))
        await stopped.wait()
    finally:
        for simulator in reversed(started):
            await simulator.stop()


def _make(name: str, ledger: Path | None, zalo_webhook: str, zalo_token: str) -> Simulator:
    if name == "zalo":
        return ZaloSimulator(webhook_url=zalo_webhook, refresh_token=zalo_token, ledger_path=ledger)
    kinds: dict[str, Callable[..., Simulator]] = {
        "sms": SmsSimulator,
        "smtp": SmtpSimulator,
        "smpp": SmppSimulator,
        "viettel": ViettelSimulator,
        "vnpt": VnptSimulator,
    }
    return kinds[name](ledger_path=ledger)


async def _start(simulator: Simulator, ports: list[int]) -> str:
    if isinstance(simulator, SmtpSimulator):
        await simulator.start(*ports)
        return f"ready smtp 127.0.0.1:{simulator.smtp_port} control {simulator.url}"
    if isinstance(simulator, SmppSimulator):
        await simulator.start(*ports)
        return f"ready smpp 127.0.0.1:{simulator.smpp_port} control {simulator.url}"
    await simulator.start(*ports)
    return f"ready {simulator.name} {simulator.url}"
