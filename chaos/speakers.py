"""A broker and the loudspeakers that hang on it: `python -m chaos.speakers PORT_BASE FOLDER PLATFORM_KEY`.

They outlive everything that is killed on our side; what each really played stands in FOLDER/loudspeaker-N.jsonl.
"""

import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from chaos.doors import BROKER, SPEAKERS
from lantoa.simulators.mosquitto import Mosquitto
from lantoa.simulators.speaker.device import Loudspeaker

PROVINCE, COMMUNE = "96", "32000"
PASSWORD = "demo-device-password"


def name_of(number: int) -> str:
    """What the device of a commune is called, at the broker and in its topics."""
    return f"loa-{number + 1}"


def topic_of(number: int) -> str:
    """Where it listens."""
    return f"{PROVINCE}/{COMMUNE}/{name_of(number)}"


async def serve(base: int, ledgers: Path, platform_key: str) -> None:
    """Run them until told to stop."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    with tempfile.TemporaryDirectory() as folder:
        broker = Mosquitto(Path(folder), port=base + BROKER)
        broker.admit({name_of(number): (PASSWORD, topic_of(number)) for number in range(len(SPEAKERS))})
        await asyncio.to_thread(broker.start)
        devices = [
            Loudspeaker(
                topic=topic_of(number), broker=("127.0.0.1", base + BROKER, name_of(number), PASSWORD),
                platform_key=platform_key, ledger_path=ledgers / f"loudspeaker-{number + 1}.jsonl",
            )
            for number in range(len(SPEAKERS))
        ]  # fmt: skip
        try:
            for port, device in zip(SPEAKERS, devices, strict=True):
                await device.start(base + port)
            await stopped.wait()
        finally:
            await asyncio.gather(*(device.stop() for device in devices))
            await asyncio.to_thread(broker.stop)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
