"""Stand-ins as a process of their own: `python -m chaos.simulator NAME[,NAME…] PORT_BASE FOLDER WEBHOOK`.

They outlive everything that is killed on our side and keep the other side's truth in FOLDER/NAME.jsonl.
"""

import asyncio
import sys
from pathlib import Path

from lantoa.simulators.serve import serve


def main(names: str, port_base: str, folder: str, webhook: str) -> None:
    """Serve until told to stop."""
    started, quiet = names.split(","), lambda _line: None
    asyncio.run(serve(started, port_base=int(port_base), zalo_webhook=webhook, ledgers=Path(folder), say=quiet))


if __name__ == "__main__":
    main(*sys.argv[1:])
