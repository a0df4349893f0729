"""One year of the house, counted once: by commune and month where a figure may be so told, else for the province."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from lantoa.channels.placing import Decree
from lantoa.channels.registry import publics
from lantoa.figures.enums import Measure
from lantoa.kernel.models import AuditEntry
from lantoa.listening.counting import answers_by_month, cases_by_month
from lantoa.newsroom.counting import events_by_month, pages_by_month
from lantoa.outlets.selectors import units_with
from lantoa.outreach.selectors.months import MonthOfMessages, messages_by_month, placements_by_month

type Months = tuple[int, ...]
"""Twelve counts, January first."""
type ByUnit = dict[int, Months]

KEPT_SECONDS = 120
"""How long a count is shown. The worker counts this year anew every minute, so two are only for when that is late."""
NOTHING: Months = (0,) * 12


@dataclass(frozen=True, slots=True)
class Year:
    """What was counted at `at`: unit → months for each measure, by the units that recorded it; pages by content line;
    messages to people, of the whole province alone; cases answered in time among those whose time is up."""

    year: int
    at: datetime
    since: date | None
    counts: Mapping[Measure, ByUnit]
    lines: Mapping[str, Months] = field(default_factory=dict)
    messages: Mapping[int, MonthOfMessages] = field(default_factory=dict)
    on_time: Months = NOTHING
    judged: Months = NOTHING
    wired: frozenset[int] = frozenset()

    def whole(self, measure: Measure) -> Months:
        """The province's months."""
        return summed(list(self.counts[measure].values()))


def summed(rows: list[Months]) -> Months:
    """Month by month."""
    return tuple(map(sum, zip(*rows, strict=True))) if rows else NOTHING


def counted(year: int, *, at: datetime) -> Year:
    """The figures of a year, at most two minutes old. One query while they are kept: this year's by the worker, those
    of another by whoever asks first."""
    found: Year | None = cache.get(_key(year))
    return found if found is not None else count_anew(year, at=at)


def count_anew(year: int, *, at: datetime) -> Year:
    """The figures of a year as they are, kept from now on. Nine queries, and those of the cache."""
    found = _count(year, at)
    cache.set(_key(year), found, KEPT_SECONDS)
    return found


def _key(year: int) -> str:
    return f"figures:year:{year}"


def _count(year: int, at: datetime) -> Year:
    pages, cases, put = pages_by_month(year), cases_by_month(year, at=at), placements_by_month(year)
    stations = {kind for kind, one in publics().items() if one.capability.decree == Decree.STATION}
    spoken = {key: n for key, n in put.items() if key[2] in stations}
    first = AuditEntry.objects.order_by("seq").values_list("at", flat=True).first()
    return Year(
        year, at, timezone.localdate(first) if first else None,
        counts={
            Measure.PAGES: _by_unit(pages),
            Measure.CASES: _by_unit({(row.unit_id, row.month): row.received for row in cases}),
            Measure.ANSWERS: _by_unit(answers_by_month(year)),
            Measure.EVENTS: _by_unit(events_by_month(year)),
            Measure.LOUDSPEAKERS: _by_unit(spoken),
            Measure.OUTLETS: _by_unit({key: n for key, n in put.items() if key not in spoken}),
        },
        lines=_gathered((line.strip().rstrip(".)").lower(), month, n) for (_unit, month, line), n in pages.items()),
        messages={row.month: row for row in messages_by_month(year)},
        on_time=_gathered(("", row.month, row.on_time) for row in cases).get("", NOTHING),
        judged=_gathered(("", row.month, row.judged) for row in cases).get("", NOTHING),
        wired=frozenset(units_with(stations)),
    )  # fmt: skip


def _by_unit(counts: Mapping[Any, int]) -> dict[int, Months]:
    """Keys begin with unit and month."""
    return _gathered((key[0], key[1], n) for key, n in counts.items())


def _gathered[Key](cells: Iterable[tuple[Key, int, int]]) -> dict[Key, Months]:
    found: dict[Key, list[int]] = {}
    for key, month, count in cells:
        found.setdefault(key, [0] * 12)[month - 1] += count
    return {key: tuple(months) for key, months in found.items()}
