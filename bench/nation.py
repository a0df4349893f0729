"""A whole nation: 34 provinces of 300,000 people each, told one thing; release and drain at 1, 3 and 10 million.

`make bench-nation`; `NATION=0.1` tries it with a tenth of the people. The last line is one JSON object. A drain that
would burst the half hour is cut off, its broadcast paused; the figures say how many it delivered.
"""

import json
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from django.apps import apps

from bench import people
from bench.cluster import Cluster
from bench.processes import ended, worker
from bench.stand import Figures, Stand, machine, standing
from bench.world import World, empty_database, ledger_sum
from lantoa.kernel import clock
from lantoa.outreach import services as outreach

PROVINCES, COMMUNES, EACH = 34, 3_321, 300_000
STAGES = (1_000_000, 3_000_000, PROVINCES * EACH)
SHARES = (0.2, 0.35, 1.0)
"""How much of the time still left a stage's drain may take."""
MINUTES = 27.0
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Stage:
    """What one size of the nation cost."""

    people: int
    people_s: float
    release_rows_per_s: float
    drained: int
    drain_rows_per_s: float
    worker_mb: float
    database_mb: float

    def growth(self, first: "Stage") -> Figures:
        """Against the first stage: rates as theirs ÷ ours (1 = as fast), sizes as ours ÷ theirs a person."""
        return {
            "release_growth": round(first.release_rows_per_s / self.release_rows_per_s, 2),
            "drain_growth": round(first.drain_rows_per_s / self.drain_rows_per_s, 2),
            "memory_growth": round(self.worker_mb / first.worker_mb, 2),
            "database_growth": round(self.database_mb / first.database_mb, 2),
        }


def main() -> None:
    """Grow, release, drain, three times."""
    scale = float(os.environ.get("NATION", "1"))
    deadline = time.monotonic() + float(os.environ.get("NATION_MINUTES", MINUTES)) * 60
    stages: list[Stage] = []
    with standing() as stand:
        empty_database(stand.cluster)
        world = World("bulk")
        world.account(**stand.settings_of("bulk"))
        units = communes()
        for number, (size, share) in enumerate(zip(STAGES, SHARES, strict=True), 1):
            have = stages[-1].people if stages else 0
            stages.append(staged(stand, world, units, have, int(size * scale), number, deadline, share))
            print(json.dumps(asdict(stages[-1]) | stages[-1].growth(stages[0])), flush=True)
        told = [asdict(stage) | stage.growth(stages[0]) for stage in stages]
        print(json.dumps({"provinces": PROVINCES, "stages": told, "machine": machine(stand), "nation": scale}))


def communes() -> list[list[int]]:
    """As many communes as the country has, by province; identities are enough to live in."""
    unit = apps.get_model("territory", "Unit")
    made = [row.pk for row in unit.objects.bulk_create(unit() for _ in range(COMMUNES))]
    return [made[place::PROVINCES] for place in range(PROVINCES)]


def staged(
    stand: Stand, world: World, units: list[list[int]], have: int, size: int, number: int, deadline: float, share: float
) -> Stage:
    """One size of the nation: the people who are missing, one broadcast to everybody, drained."""
    begun = time.monotonic()
    settle(stand.cluster, units, have, size)
    grown = time.monotonic() - begun
    draft = world.draft(number)
    begun = time.monotonic()
    broadcast = world.release(draft)
    released = time.monotonic() - begun
    stand.sink.reset()
    children = [worker() for _ in range(WORKERS)]
    stand.sink.wait_for_first(children)
    allowed = max(10.0, (deadline - time.monotonic()) * share)
    with ThreadPoolExecutor(WORKERS) as pool:
        done = list(pool.map(lambda child: ended(child, stop_after=allowed), children))
    counted = ledger_sum([broadcast.pk])
    drained = counted.get("accepted", 0)
    seen = stand.sink.seen(drained)
    if sum(counted.values()) != size:
        raise AssertionError(f"{counted} for an audience of {size}")
    if drained < size:
        outreach.pause(broadcast=broadcast, by=world.staff["chief"], at=clock.now())
    return Stage(
        people=size,
        people_s=round(grown, 1),
        release_rows_per_s=round(size / released),
        drained=drained,
        drain_rows_per_s=round(seen.per_second),
        worker_mb=round(max(one.peak_mb for one in done), 1),
        database_mb=round(stand.cluster.size() / 2**20, 1),
    )


def settle(cluster: Cluster, units: Sequence[Sequence[int]], have: int, size: int) -> None:
    """Make the people from `have` to `size`, province by province, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda part: people.generate(cluster.url(), channel="bulk", **part), parts(units, have, size)))
    people.refresh(cluster.url(), last=size)


def parts(units: Sequence[Sequence[int]], have: int, size: int) -> Iterator[Figures]:
    """The missing people as ranges, each inside one province."""
    each = max(1, -(-size // PROVINCES)) if size < PROVINCES else EACH
    while have < size:
        place = have // each % PROVINCES
        last = min(size, (have // each + 1) * each)
        yield {"first": have + 1, "last": last, "units": units[place]}
        have = last


if __name__ == "__main__":
    main()
