"""Every measure of the delivery engine in one run: `make bench-outreach`. The last line is one JSON object."""

import json
import os

from bench.measures import (
    bulk,
    celery,
    fanout,
    growth,
    mail,
    memory,
    post_office,
    procrastinate,
    to_raw,
    two_workers,
)
from bench.stand import Figures, machine, standing, taken

PEERS = {"procrastinate": ("ours_per_s", procrastinate), "post_office": ("email_per_s", post_office),
         "celery": ("ours_per_s", celery)}  # fmt: skip


def main() -> None:
    """Measure everything, each on a database of its own."""
    figures: Figures = {"load_before": os.getloadavg()[0]}
    with standing() as stand:
        for one in (to_raw, mail, fanout, bulk, two_workers, memory):
            figures |= taken(one.measure, stand)
        peers = {}
        for name, (ours, peer) in PEERS.items():
            found = taken(peer.measure, stand, figures[ours])
            peers[name] = found.pop(name)
            figures |= found
        figures |= taken(growth.measure, stand)  # the longest last
        print(json.dumps(figures | {"peers": peers, "load_after": os.getloadavg()[0], "machine": machine(stand)}))


if __name__ == "__main__":
    main()
