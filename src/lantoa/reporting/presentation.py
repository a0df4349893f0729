"""Figures laid out for the report page: numbers with their denominators, names of what is missing."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lantoa.newsroom.enums import Programme
from lantoa.planning.enums import TaskStatus
from lantoa.pressroom.enums import Medium
from lantoa.reporting import naming, placings
from lantoa.reporting.enums import CasePlace, Put, Reach, Standing
from lantoa.reporting.figures import Counted, Figure, Figures, Placings, total
from lantoa.reporting.models import ReportVersion

REACHED = (Reach.READ, Reach.DELIVERED, Reach.ACCEPTED)
CASE_ICONS = {
    CasePlace.ON_TIME: ("check-double", "done"),
    CasePlace.LATE: ("clock", "bad"),
    CasePlace.WAITING: ("clock", "wait"),
    CasePlace.OVERDUE: ("warning", "bad"),
    CasePlace.REFERRED: ("external", "off"),
}


@dataclass(frozen=True, slots=True)
class Share:
    """Part of a whole, both as figures."""

    part: Figure
    whole: Figure

    @property
    def percent(self) -> float | None:
        """Part of the whole; None when there is nothing to divide by."""
        return self.part.value / self.whole.value if self.part.value is not None and self.whole.value else None


def page_facts(figures: Figures) -> dict[str, Any]:
    """Everything the page shows of the figures."""
    return {
        "figures": figures,
        "period": figures.period.name,
        "lines": [(naming.line(row), row, told) for row, told in zip(figures.lines, figures.told_of, strict=True)],
        "channel_names": [naming.channel(kind) for kind in figures.channels],
        "starved": [naming.line(row) for row in figures.starved],
        "counts": _counts(figures.states),
        "by_channel": [
            {
                "name": naming.channel(row.channel),
                "audience": row.audience,
                "counts": _counts(row.states),
                "came": total(row.states, *REACHED),
            }
            for row in figures.by_channel
        ],
        "programmes": figures.programmes
        and [(Programme(row.programme).label, row.pages, row.alone) for row in figures.programmes.rows],
        "told": figures.told and [(Programme(row.programme).label, row.pieces, row.alone) for row in figures.told.rows],
        "placings": _placings(figures.placings),
        "press": figures.press and [(Medium(row.key).label, row.figure) for row in figures.press.media],
        "reach": [
            (Reach(mine.key).label, mine.figure, here.figure)
            for mine, here in zip(figures.people, figures.residents, strict=True)
        ],
        "people": Share(total(figures.people, *REACHED), total(figures.people)),
        "residents": Share(total(figures.residents, *REACHED), total(figures.residents)),
        "cases": [(CasePlace(row.key).label, *CASE_ICONS[CasePlace(row.key)], row.figure) for row in figures.cases],
        "answered": Share(total(figures.cases, CasePlace.ON_TIME, CasePlace.LATE), figures.received),
        "on_time": Share(
            figures.case(CasePlace.ON_TIME),
            total(figures.cases, CasePlace.ON_TIME, CasePlace.LATE, CasePlace.OVERDUE),
        ),
        "tasks": [(TaskStatus(row.key).label, row.figure) for row in figures.tasks],
        "tasks_total": total(figures.tasks),
        "missing": _missing(figures),
    }


def version_rows(versions: list[ReportVersion], shown: ReportVersion | None) -> list[dict[str, Any]]:
    """The kept versions as the page lists them; the newest first, older ones replaced."""
    newest = versions[0].number if versions else 0
    return [
        {"version": version, "replaced": version.number < newest, "shown": shown is not None and version.pk == shown.pk}
        for version in versions
    ]


def _placings(found: Placings | None) -> dict[str, Any] | None:
    """The table of outlets by kind, with its sums; None for a version kept before they were counted."""
    if found is None:
        return None
    return {
        "places": [place.label for place in Put],
        "rows": [(placings.name(row.kind), placings.counts(row.kind), row) for row in found.rows],
        "sums": [total(places) for places in zip(*(row.places for row in found.rows), strict=True)],
        "found": found,
    }


def _counts(states: tuple[Counted, ...]) -> dict[str, int]:
    return {row.key: row.figure.value or 0 for row in states}


def _missing(figures: Figures) -> list[str]:
    """What this report cannot say, in words."""
    words = []
    if figures.messages.standing == Standing.MISSING:
        words.append(_("Nothing was on record in this system by the end of the period."))
    if not figures.plans:
        words.append(_("No plan in force is in the system, so items are not classed by its content lines."))
    if figures.tasks_late.standing == Standing.MISSING:
        words.append(_("No plan has given anyone a task for this period."))
    return words
