"""Runs stand-ins together until told to stop."""

import asyncio
import signal
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

from lantoa.simulators.mosquitto import Mosquitto
from lantoa.simulators.sms import SmsSimulator
from lantoa.simulators.smtp import SmtpSimulator
from lantoa.simulators.speaker.device import Loudspeaker
from lantoa.simulators.stage import Simulator
from lantoa.simulators.zalo import ZaloSimulator

NAMES = ("zalo", "sms", "smtp")
BY_NAME = ("loudspeaker",)
"""Stand-ins that need a program of their own (mosquitto): started only when named."""


async def serve(
    names: Collection[str],
    *,
    port_base: int,
    zalo_webhook: str,
    ledgers: Path | None,
    say: Callable[[str], object],
    zalo_token: str = "demo-refresh-token",  # noqa: S107  (a stand-in's token opens nothing)
    platform_key: str = "",
) -> None:
    """Run the named stand-ins on ``port_base`` (Zalo), +1 (SMS), +2 (SMTP control), +3 (SMTP), +4 (loudspeaker, its
    broker on +5) until SIGTERM or SIGINT; ``platform_key`` is the public key that a loudspeaker obeys.

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
        if "loudspeaker" in names:
            await _with_loudspeaker(port_base, platform_key, ledgers, say, stopped)
        await stopped.wait()
    finally:
        for simulator in reversed(started):
            await simulator.stop()


async def _with_loudspeaker(
    base: int, platform_key: str, ledgers: Path | None, say: Callable[[str], object], stopped: asyncio.Event
) -> None:
    """Run one device and its broker until told to stop; the device forgets its key with its folder."""
    with tempfile.TemporaryDirectory() as folder:
        broker = Mosquitto(Path(folder), port=base + 5 if base else 0)
        device = Loudspeaker(
            broker=("127.0.0.1", broker.port, "loa-1", "demo-device-password"),
            platform_key=platform_key,
            ledger_path=ledgers / "loudspeaker.jsonl" if ledgers else None,
        )
        broker.admit({"loa-1": ("demo-device-password", device.topic)})
        await asyncio.to_thread(broker.start)
        try:
            await device.start(base + 4 if base else 0)
            say(f"ready loudspeaker {device.url} mqtt 127.0.0.1:{broker.port} {device.topic} key {device.public_key}")
            await stopped.wait()
        finally:
            await device.stop()
            await asyncio.to_thread(broker.stop)


def _make(name: str, ledger: Path | None, zalo_webhook: str, zalo_token: str) -> Simulator:
    if name == "zalo":
        return ZaloSimulator(webhook_url=zalo_webhook, refresh_token=zalo_token, ledger_path=ledger)
    return SmsSimulator(ledger_path=ledger) if name == "sms" else SmtpSimulator(ledger_path=ledger)


async def _start(simulator: Simulator, base: int) -> str:
    if isinstance(simulator, SmtpSimulator):
        await simulator.start(base + 2 if base else 0, base + 3 if base else 0)
        return f"ready smtp 127.0.0.1:{simulator.smtp_port} control {simulator.url}"
    await simulator.start(base + (simulator.name == "sms") if base else 0)
    return f"ready {simulator.name} {simulator.url}"
