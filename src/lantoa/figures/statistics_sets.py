"""The statistics as data sets: the same figures as the page, withheld by the same rule."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantoa.figures.counting import NOTHING, Year, counted
from lantoa.figures.data import DataSet, Field, Geometry, Row, Stamp, Wishes
from lantoa.figures.enums import Measure, Said
from lantoa.figures.public_sets import NUMBER, TEXT, UUID, communes_drawn
from lantoa.figures.spans import Span
from lantoa.figures.tables import ELSEWHERE, Cell, Table, cell, layout
from lantoa.territory.models import Unit

EACH_HOUR = _("each minute for the year that runs; later corrections change past years too")
WORTH = Field(
    "trang_thai",
    TEXT,
    _("What the value is worth: counted, zero, few (fewer than the threshold), withheld, missing, not_applicable."),
)
VALUE = Field("gia_tri", NUMBER, _("The count."), missing=_("empty: see trang_thai"))
PERIOD = Field("ky", TEXT, _("Year (2026), quarter (2026-q4) or month (2026-11)."))
WHAT = Field("chi_so", TEXT, _("What is counted: pages, cases, answers, events, loudspeakers, outlets."))


def spans(year: int) -> list[Span]:
    """A year, its quarters, its months."""
    quarters = [Span(year, 3 * one + 1, 3 * one + 3) for one in range(4)]
    return [Span(year), *quarters, *(Span(year, month, month) for month in range(1, 13))]


def province_rows(wishes: Wishes) -> Iterator[Row]:
    """Sums of the province by period."""
    year, tables = _tables(wishes)
    for one in spans(wishes.year):
        for measure, table in tables.items():
            yield _row(one, measure.value, "", table.total(one))
        blank = tables[Measure.PAGES].total(one)
        for line, months in sorted(year.lines.items()):
            yield _row(one, "pages", line or "-", _sum(months, one, blank))
        messages = {
            "messages": [row.broadcasts for row in _months(year)], "sent": [row.audience for row in _months(year)],
            "accepted": [row.accepted for row in _months(year)], "delivered": [row.delivered for row in _months(year)],
        }  # fmt: skip
        when = [row.month for row in _months(year)]
        for name, counts in messages.items():
            spread = dict(zip(when, counts, strict=True))
            yield _row(one, name, "", _sum(tuple(spread.get(month, 0) for month in range(1, 13)), one, blank))
        yield _row(one, "cases_on_time", "", _sum(year.on_time, one, blank))
        yield _row(one, "cases_judged", "", _sum(year.judged, one, blank))


def _months(year: Year) -> list[Any]:
    return list(year.messages.values())


def _sum(months: tuple[int, ...], one: Span, like: Cell) -> Cell:
    """The sum of the period, or why there is none, as of the figure beside it."""
    return like if like.said in (Said.MISSING, Said.NOT_APPLICABLE) else cell(sum(months[m] for m in one.months))


def _row(one: Span, what: str, line: str, figure: Cell) -> Row:
    return one.code, what, line or None, figure.value, figure.said.value


def commune_rows(wishes: Wishes) -> Iterator[Row]:
    """Every commune of today's map by period and measure; last, what is not one commune's."""
    _year, tables = _tables(wishes)
    first = next(iter(tables.values()))
    places = first.layout.places(recorded=False, on=wishes.at.date())
    keys = dict(Unit.objects.filter(pk__in=[place.id for place in places]).values_list("pk", "public_id"))
    for place in places:
        name = None if place.id == ELSEWHERE else place.name
        for one in spans(wishes.year):
            for measure, table in tables.items():
                figure = table.cell(place.id, one)
                yield (keys.get(place.id), place.code or None, name, one.code, measure.value, figure.value,
                       figure.said.value)  # fmt: skip


def commune_features(wishes: Wishes) -> Iterator[tuple[Geometry, Mapping[str, Any]]]:
    """Every commune with the whole year's figures; what a figure is worth stands beside it."""
    _year, tables = _tables(wishes)
    for unit, geometry, facts in communes_drawn(replace(wishes, on=wishes.at.date())):
        figures = {measure.value: table.cell(unit, Span(wishes.year)) for measure, table in tables.items()}
        told = {name: figure.value for name, figure in figures.items()}
        worth = {f"{name}_trang_thai": figure.said.value for name, figure in figures.items()}
        yield geometry, {**facts, "ky": str(wishes.year), **told, **worth}


def _tables(wishes: Wishes) -> tuple[Year, dict[Measure, Table]]:
    year = counted(wishes.year, at=wishes.at)
    found = layout(year, today=wishes.at.date())  # one map alone: two side by side give small figures away
    return year, {measure: Table(year, measure, found) for measure in Measure}


def stamp(wishes: Wishes) -> Stamp:
    """The figures themselves are their version."""
    year = counted(wishes.year, at=wishes.at)
    facts = (
        year.since, wishes.at.date(), [(one.value, sorted(rows.items())) for one, rows in sorted(year.counts.items())],
        sorted(year.lines.items()), sorted(year.messages.items()), year.on_time, year.judged, sorted(year.wired),
        NOTHING,
    )  # fmt: skip
    return Stamp((repr(facts),), year.at)


SETS = (
    DataSet(
        "thong-ke-tinh", _("Statistics of the province"),
        _("What the house did and heard by year, quarter and month; messages to people in sums alone."), EACH_HOUR,
        (
            PERIOD,
            Field("chi_so", TEXT, _("What is counted: pages, cases, cases_on_time, cases_judged, answers, events, loudspeakers, outlets, messages (broadcasts), sent, accepted, delivered (people).")),  # noqa: E501
            Field("dong_noi_dung", TEXT, _("Content line of the plan, for pages; “-” is not classed."), missing=_("empty: all lines")),  # noqa: E501
            VALUE, WORTH,
        ),
        province_rows, stamp, by="nam",
    ),
    DataSet(
        "thong-ke-xa", _("Statistics by commune"),
        _("The same by commune of today's map. Small counts of what citizens did are not told."), EACH_HOUR,
        (
            Field("don_vi", UUID, _("The commune; see the data set don-vi."), missing=_("empty: not one commune's alone")),  # noqa: E501
            Field("ma", TEXT, _("Its code today."), missing=_("empty: none known")),
            Field("ten", TEXT, _("Its name today."), missing=_("empty: not one commune's alone")),
            PERIOD, WHAT, VALUE, WORTH,
        ),
        commune_rows, stamp, commune_features, by="nam",
    ),
)  # fmt: skip
