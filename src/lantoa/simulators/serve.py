"""Runs stand-ins together until told to stop."""

import asyncio
import signal
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

from lantoa.simulators.facebook import FacebookSimulator
from lantoa.simulators.imap import ImapSimulator
from lantoa.simulators.mosquitto import Mosquitto
from lantoa.simulators.smpp import SmppSimulator
from lantoa.simulators.sms import SmsSimulator
from lantoa.simulators.smtp import SmtpSimulator
from lantoa.simulators.speaker.device import Loudspeaker
from lantoa.simulators.stage import Simulator
from lantoa.simulators.telegram import TelegramSimulator
from lantoa.simulators.telegram_channel import TelegramChannelSimulator
from lantoa.simulators.viettel import ViettelSimulator
from lantoa.simulators.vnpt import VnptSimulator
from lantoa.simulators.webpush import PushSimulator
from lantoa.simulators.zalo_broadcast import ZaloBroadcastSimulator
from lantoa.simulators.zbs import ZbsSimulator

PORTS = {
    "zalo": (0,), "sms": (1,), "smtp": (2, 3), "smpp": (4, 5), "viettel": (6,), "vnpt": (7,), "imap": (8, 9),
    "telegram": (10,), "webpush": (11,), "loudspeaker": (12, 13), "facebook": (20,), "telegram_channel": (21,),
}  # fmt: skip
"""Where each stand-in listens, counted from the first port; of two, the first is for control."""
ALL_PORTS = 1 + max(place for places in PORTS.values() for place in places)
"""How many ports in a row all of them take."""
BY_NAME = ("loudspeaker",)
"""Stand-ins that need a program of their own (mosquitto): started only when named."""
NAMES = tuple(name for name in PORTS if name not in BY_NAME)


class OfficialAccountSimulator(ZaloBroadcastSimulator, ZbsSimulator):
    """All of one Zalo official account: single messages, template messages and broadcasts, by one token."""


async def serve(
    names: Collection[str],
    *,
    port_base: int,
    zalo_webhook: str,
    ledgers: Path | None,
    say: Callable[[str], object],
    zalo_token: str = "demo-refresh-token",  # noqa: S107  (a stand-in's token opens nothing)
    facebook_webhook: str = "",
    platform_key: str = "",
) -> None:
    """Run the named stand-ins on ``port_base`` and the ports after it, as `PORTS` says, until SIGTERM or SIGINT.

    Zalo is its template messages and its broadcasts too. ``platform_key`` is the public key that a loudspeaker obeys.

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
                made = _make(name, path, zalo_webhook, zalo_token, facebook_webhook)
                started.append(made)
                say(await _start(made, [port_base + place if port_base else 0 for place in PORTS[name]]))
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
        broker = Mosquitto(Path(folder), port=base + PORTS["loudspeaker"][1] if base else 0)
        device = Loudspeaker(
            broker=("127.0.0.1", broker.port, "loa-1", "demo-device-password"),
            platform_key=platform_key,
            ledger_path=ledgers / "loudspeaker.jsonl" if ledgers else None,
        )
        broker.admit({"loa-1": ("demo-device-password", device.topic)})
        await asyncio.to_thread(broker.start)
        try:
            await device.start(base + PORTS["loudspeaker"][0] if base else 0)
            say(f"ready loudspeaker {device.url} mqtt 127.0.0.1:{broker.port} {device.topic} key {device.public_key}")
            await stopped.wait()
        finally:
            await device.stop()
            await asyncio.to_thread(broker.stop)


def _make(name: str, ledger: Path | None, zalo_webhook: str, zalo_token: str, facebook_webhook: str) -> Simulator:
    if name == "zalo":
        return OfficialAccountSimulator(webhook_url=zalo_webhook, refresh_token=zalo_token, ledger_path=ledger)
    if name == "facebook":
        return FacebookSimulator(webhook_url=facebook_webhook, ledger_path=ledger)
    kinds: dict[str, Callable[..., Simulator]] = {
        "sms": SmsSimulator,
        "smtp": SmtpSimulator,
        "smpp": SmppSimulator,
        "viettel": ViettelSimulator,
        "vnpt": VnptSimulator,
        "imap": ImapSimulator,
        "telegram": TelegramSimulator,
        "webpush": PushSimulator,
        "telegram_channel": TelegramChannelSimulator,
    }
    return kinds[name](ledger_path=ledger)


async def _start(simulator: Simulator, ports: list[int]) -> str:
    if isinstance(simulator, SmtpSimulator):
        await simulator.start(*ports)
        return f"ready smtp 127.0.0.1:{simulator.smtp_port} control {simulator.url}"
    if isinstance(simulator, SmppSimulator):
        await simulator.start(*ports)
        return f"ready smpp 127.0.0.1:{simulator.smpp_port} control {simulator.url}"
    if isinstance(simulator, ImapSimulator):
        await simulator.start(*ports)
        return f"ready imap 127.0.0.1:{simulator.imap_port} control {simulator.url}"
    await simulator.start(*ports)
    return f"ready {simulator.name} {simulator.url}"
