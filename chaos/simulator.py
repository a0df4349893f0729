"""One stand-in as a process of its own: `python -m chaos.simulator NAME PORT_BASE FOLDER WEBHOOK`.

It outlives everything that is killed on our side and keeps the other side's truth in FOLDER/NAME.jsonl.
"""

import asyncio
import sys
from pathlib import Path

from lantoa.simulators.serve import serve


def main(name: str, port_base: str, folder: str, webhook: str) -> None:
    """Serve until told to stop."""
    asyncio.run(
        serve([name], port_base=int(port_base), zalo_webhook=webhook, ledgers=Path(folder), say=lambda _line: None)
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
