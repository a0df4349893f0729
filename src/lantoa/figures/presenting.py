"""The page of figures laid out: what is asked, the province's sums, months, content lines, the map with its table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lantoa.figures.counting import NOTHING, Year, counted
from lantoa.figures.enums import OF_PEOPLE, Measure, Said
from lantoa.figures.spans import Span, offered, span
from lantoa.figures.tables import ELSEWHERE, Cell, Layout, Place, Table, layout
from lantoa.kernel import clock
from lantoa.kernel.text import number_text
from lantoa.planning.selectors import current_content_lines
from lantoa.territory import selectors as territory
from lantoa.territory.sheets import Outlined, outlines, places

FILLS = {Said.ZERO: "track", Said.FEW: "suppressed", Said.WITHHELD: "suppressed", Said.NOT_APPLICABLE: "pending"}
"""How a commune without a class is drawn; missing has the fill of step 0."""
STEPS = 5
ENOUGH = 0.9
"""Share of the communes that must have an outline before the map shows outlines."""


def words(one: Cell) -> str:
    """A figure as people read it."""
    if one.value is not None:
        return number_text(one.value)
    return {
        Said.FEW: _("fewer than %(n)d") % {"n": settings.LANTOA_SMALL_CELL},
        Said.WITHHELD: _("not told"),
        Said.NOT_APPLICABLE: _("not applicable"),
    }.get(one.said, _("no figures"))


def mark(one: Cell) -> str:
    """A figure in the few signs a tile has room for."""
    if one.value is not None:
        return number_text(one.value)
    return f"<{settings.LANTOA_SMALL_CELL}" if one.said is Said.FEW else "…" if one.said is Said.WITHHELD else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; anything that makes no sense is what stands there by itself."""

    span: Span
    measure: Measure
    recorded: bool
    unit: str

    def url(self, **changes: str) -> str:
        """This page with other wishes."""
        wishes = {
            "ky": self.span.code, "so": self.measure.value, "ban-do": "ghi" if self.recorded else "", "xa": self.unit,
        }  # fmt: skip
        told = {key: value for key, value in (wishes | changes).items() if value}
        return f"{reverse('figures:statistics')}?{urlencode(told)}"


def asked(query: Mapping[str, str], today: date) -> Asked:
    """Read an address."""
    measure = query.get("so", "")
    unit = query.get("xa", "")
    return Asked(
        span(query.get("ky", ""), today), Measure(measure) if measure in Measure.values else Measure.PAGES,
        query.get("ban-do") == "ghi", unit if unit.isascii() and unit.isdigit() and len(unit) < 12 else "",
    )  # fmt: skip


class Page:
    """Everything the page shows, each part worked out once."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self.at = clock.now()
        self.today = clock.local(self.at).date()
        self.asked = asked(query, self.today)
        self.year: Year = counted(self.asked.span.year, at=self.at)
        self.layout: Layout = layout(self.year, today=self.today)
        self.recorded = self.asked.recorded and self.layout.moved
        self.tables = {one: Table(self.year, one, self.layout, recorded=self.recorded) for one in Measure}
        self.chosen = self.tables[self.asked.measure]

    @cached_property
    def places(self) -> list[Place]:
        """The rows of the table."""
        return self.layout.places(recorded=self.recorded, on=self.asked.span.start)

    def context(self) -> dict[str, Any]:
        """What the template draws."""
        asked, measure = self.asked, self.asked.measure
        return {
            "asked": asked,
            "period": asked.span.name,
            "running": asked.span.end >= self.today,
            "today": self.today,
            "counted_at": self.year.at,
            "since": self.year.since,
            "least": settings.LANTOA_SMALL_CELL,
            "periods": list(offered(self.today, since=self.year.since or self.today)),
            "measures": [{"label": one.label, "url": asked.url(so=one.value) + "#ban-do", "current": one == measure}
                         for one in Measure],
            "measure": measure.label,
            "sums": self._sums(),
            "months": self._months(),
            "lines": self._lines(),
            "rows": self._rows(),
            "total": words(self.chosen.total(asked.span)),
            "map": self._map(),
            "maps": self._maps(),
            "few": measure in OF_PEOPLE,
            "picked": self._picked(),
            "places": [place for place in self.places if place.id != ELSEWHERE],
            "former": self._former(),
            "sources": sources(),
            "data": {name: reverse("figures:data", args=[slug, "csv"]) + f"?nam={asked.span.year}"
                     for name, slug in (("province", "thong-ke-tinh"), ("communes", "thong-ke-xa"))},
        }  # fmt: skip

    def _sums(self) -> list[dict[str, str]]:
        """The province's figures of the period, each with what it counts."""
        told = [
            {"label": str(one.label), "value": words(table.total(self.asked.span)), "text": sources()[one]["what"]}
            for one, table in self.tables.items()
        ]
        judged, on_time = (sum(months[m] for m in self.asked.span.months) for months in
                           (self.year.judged, self.year.on_time))  # fmt: skip
        rows = [self.year.messages[m + 1] for m in self.asked.span.months if m + 1 in self.year.messages]
        blank = self.chosen.total(self.asked.span).said in (Said.MISSING, Said.NOT_APPLICABLE)
        time = _("%(part)s of %(whole)s") % {"part": number_text(on_time), "whole": number_text(judged)}
        sent, came = sum(row.audience for row in rows), sum(row.delivered for row in rows)
        told.insert(1, {
            "label": _("Messages sent to people"), "value": _("no figures") if blank else number_text(sent),
            "text": _("%(n)s known to have arrived. Sums of the whole province; nobody and no place is told apart.")
            % {"n": number_text(came)},
        })  # fmt: skip
        told.insert(3, {
            "label": _("Answered in time"), "value": time if judged else _("not applicable"),
            "text": _("Of the questions answered or past their time; those still within it are not judged."),
        })  # fmt: skip
        return told

    def _months(self) -> list[dict[str, Any]]:
        """The twelve months of the measure chosen, of the whole province."""
        told = []
        for month in range(1, 13):
            one = Span(self.asked.span.year, month, month)
            figure = self.chosen.total(one)
            fill = {Said.MISSING: "0", Said.NOT_APPLICABLE: "pending"}.get(figure.said)
            open_ = one.start <= self.today <= one.end
            told.append({
                "label": str(month), "value": figure.value, "open": open_,
                "words": _("not begun") if one.start > self.today else words(figure),
                "fill": fill or ("accepted" if open_ else "reached"),
            })  # fmt: skip
        return told

    def _lines(self) -> list[dict[str, Any]]:
        """Pieces published by content line, in the plan's order; those outside it last."""
        texts = {line.label.strip().rstrip(".)").lower(): line.text for line in current_content_lines(self.today)}
        order = [*texts, *sorted(set(self.year.lines) - set(texts))]
        counts = {line: sum(self.year.lines.get(line, NOTHING)[m] for m in self.asked.span.months) for line in order}
        named = {line: f"{line}) {texts[line].rstrip('.;: ')}" if line in texts else line or _("not classed")
                 for line in order}  # fmt: skip
        return [{"label": named[line], "count": n} for line, n in counts.items() if n or line in texts]

    def _rows(self) -> list[dict[str, Any]]:
        """A row a place, those with nothing at all too: zero is a figure."""
        told = [(place, self.chosen.cell(place.id, self.asked.span)) for place in self.places]
        return [{"place": place, "words": words(figure), "blank": figure.value is None} for place, figure in told]

    def _picked(self) -> dict[str, Any] | None:
        """The figures of the commune that was chosen, by today's name; an old unit leads to what became of it."""
        if not self.asked.unit:
            return None
        unit = int(self.asked.unit)
        heirs = territory.successors_of([unit], self.today)[unit]
        found = [place for place in self.places if place.id in ([unit] if self.recorded else heirs)]
        return {"rows": [(place, self._all_of(place)) for place in found]} if found else None

    def _all_of(self, place: Place) -> list[dict[str, Any]]:
        """Every measure of one place."""
        span_ = self.asked.span
        return [{"label": one.label, "value": words(table.cell(place.id, span_))} for one, table in self.tables.items()]

    def _former(self) -> list[tuple[int, str]]:
        """Communes that are no more, by the names people still say."""
        above = territory.reach_ids(self.layout.province_id or 0, on=self.today)
        gone = territory.former_communes(above, self.today)
        return [(unit, name) for unit, name, _day in gone]

    def _maps(self) -> list[dict[str, Any]]:
        """The two maps, where they differ."""
        if not self.layout.moved:
            return []
        return [
            {"label": _("On today's units"), "url": self.asked.url(**{"ban-do": ""}), "current": not self.recorded},
            {"label": _("As recorded then"), "url": self.asked.url(**{"ban-do": "ghi"}), "current": self.recorded},
        ]

    def _map(self) -> dict[str, Any]:
        """Outlines where nearly every commune has one, else tiles; the classes of the measure chosen."""
        units = list(self.layout.communes.values())
        drawn: Outlined = outlines([unit.id for unit in units], self.today)
        figures = {unit.id: self.chosen.cell(unit.id, self.asked.span) for unit in units}
        limits = classes([one.value for one in figures.values() if one.value])
        rows: list[dict[str, Any]] = [
            {"name": unit.name, "url": f"#xa-{unit.id}", "note": words(figures[unit.id]),
             "mark": mark(figures[unit.id]), "step": _step(figures[unit.id], limits)}
            for unit in units
        ]  # fmt: skip
        real = bool(units) and len(drawn.rings) >= ENOUGH * len(units)
        if real:
            rows = [row | {"rings": drawn.rings.get(unit.id, [])} for row, unit in zip(rows, units, strict=True)]
        else:
            grid = places(units, self.today) if units else {}
            rows = [row | dict(zip("xy", grid[unit.id], strict=True)) for row, unit in zip(rows, units, strict=True)]
        left = [unit.name for unit in units if unit.id not in drawn.rings] if real else []
        return {"real": real, "rows": rows, "legend": _legend(limits, figures), "credits": drawn.credits, "left": left}


def classes(values: Sequence[int]) -> list[int]:
    """The highest figure of each class but the last: five classes with about as many communes each, fewer when few
    figures differ."""
    several = sorted(set(values))
    if len(several) <= STEPS:
        return several[:-1]
    ranked = sorted(values)
    cuts = {ranked[len(ranked) * at // STEPS - 1] for at in range(1, STEPS)}
    return sorted(cuts - {several[-1]})


def _step(one: Cell, limits: Sequence[int]) -> int | str:
    if one.value:
        return shade(sum(one.value > limit for limit in limits), len(limits) + 1)
    return FILLS.get(one.said, 0)


def shade(at: int, classes: int) -> int:
    """Which of the five shades the class `at`, from 0, has: fewer classes stand as far apart as they can."""
    return (2 * at + 1) * STEPS // (2 * classes) + 1


def _legend(limits: Sequence[int], figures: Mapping[int, Cell]) -> list[tuple[int | str, str]]:
    """Keys of what the map shows, and nothing else."""
    told = [one.value for one in figures.values() if one.value]
    there = {one.said for one in figures.values()}
    found: list[tuple[int | str, str]] = [("track", "0")] if Said.ZERO in there else []
    lows = [1, *(limit + 1 for limit in limits)] if told else []
    highs = [*limits, max(told)] if told else []
    for at, (low, high) in enumerate(zip(lows, highs, strict=True)):
        span_words = number_text(high) if low == high else f"{number_text(low)} – {number_text(high)}"
        found.append((shade(at, len(highs)), span_words))
    if there & {Said.FEW, Said.WITHHELD}:
        found.append(("suppressed", _("fewer than %(n)d, or not told") % {"n": settings.LANTOA_SMALL_CELL}))
    if Said.NOT_APPLICABLE in there:
        found.append(("pending", _("not applicable")))
    return [*found, (0, _("no figures"))] if Said.MISSING in there else found


def sources() -> dict[Measure, dict[str, str]]:
    """What each measure counts, and out of which book of the house."""
    return {
        Measure.PAGES: {
            "what": _("Articles, policies and other pieces, once in all languages, by the day first published."),
            "where": _("the pages of this site"),
        },
        Measure.CASES: {
            "what": _("Whatever people asked or said, through any channel, by the day it came."),
            "where": _("the case desk"),
        },
        Measure.ANSWERS: {
            "what": _("Questions with their answers that everybody may read, without names."),
            "where": pgettext("source of figures", "questions and answers"),
        },
        Measure.EVENTS: {
            "what": _("Dialogues, classes and fairs announced here that were not called off, by the day they begin."),
            "where": _("the events of this site"),
        },
        Measure.LOUDSPEAKERS: {
            "what": _("Programmes that a loudspeaker outlet played, proven by the device or by a person."),
            "where": _("the book of outlets"),
        },
        Measure.OUTLETS: {
            "what": _("Messages that were on boards, in bulletins, in print or on pages, proven."),
            "where": _("the book of outlets"),
        },
    }
