"""Figures of an agency and a period, counted anew from what is recorded; reports and versions a person may see."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.agencies import selectors as agencies
from lantoa.agencies.selectors import AgencyRow
from lantoa.channels import registry
from lantoa.kernel.access import Person, granted
from lantoa.kernel.models import AuditEntry
from lantoa.listening.counting import Tally, tally
from lantoa.newsroom.counting import PageTally, pages_published
from lantoa.newsroom.enums import Programme
from lantoa.outreach.enums import DeliveryState
from lantoa.outreach.selectors import messages_by_channel_and_line
from lantoa.outreach.selectors.period import Counts, PeriodLedger, period_ledger
from lantoa.planning.counting import TaskTally, tasks_by_status
from lantoa.planning.enums import TaskStatus
from lantoa.planning.selectors import current_content_lines
from lantoa.pressroom.counting import PressTally, RequestTally, press_asked, press_told
from lantoa.reporting.enums import CasePlace, Reach
from lantoa.reporting.figures import (
    ADDED_LATER,
    MISSING,
    NOT_APPLICABLE,
    Asked,
    ChannelRow,
    Counted,
    Figure,
    Figures,
    LineRow,
    PlanCited,
    Press,
    ProgrammeRow,
    Programmes,
    Told,
    ToldRow,
    count,
    data_hash,
    from_json,
)
from lantoa.reporting.models import Report, ReportVersion
from lantoa.reporting.periods import Period
from lantoa.reporting.placings import placings
from lantoa.reporting.rules import VIEW, ReportingError
from lantoa.reporting.writing import Issuer
from lantoa.territory import selectors as territory

if TYPE_CHECKING:
    from lantoa.agencies.models import AgencyVersion
    from lantoa.planning.models import ContentLine

NO_CHANNEL = "none"
type Stated = Callable[[int], Figure]
"""A number as it is stated: missing where nothing at all was on record."""


# Figures


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What the other rooms answered, before it is laid out."""

    lines: "list[ContentLine]"
    grid: Mapping[tuple[str, str], int]
    ledger: PeriodLedger
    cases: Tally
    pages: PageTally
    tasks: TaskTally
    press: PressTally
    asked: RequestTally
    recorded: bool


def figures(agency_id: int, period: Period, at: datetime) -> Figures:
    """The figures of an agency's units (those under it, and those they came from) over a period, as known at `at`.

    Twelve queries at most, whatever the size. Facts stay with the units they were recorded for. A figure of zero for
    days before anything was recorded at all is missing, not zero. Raises `ReportingError` when the agency did not
    exist in the period or the period has not begun.
    """
    if period.start > timezone.localdate(at):
        raise ReportingError(_("That period has not begun yet. Choose one that has."))
    version = agency_in(agency_id, period)
    day = _last_day(version, period)
    gathered = _gather(agency_id, version.unit_id, period, day, at)
    return _laid_out(agency_id, version, period, gathered)


def agency_in(agency_id: int, period: Period) -> "AgencyVersion":
    """What the agency last was within the period; raises `ReportingError` when it was not."""
    history = agencies.history(agency_id)
    found = [v for v in history if v.valid.lower <= period.end and _last_day(v, period) >= period.start]
    if not found:
        raise ReportingError(_("This agency did not exist in that period. Choose its successor or another period."))
    return found[-1]


def _last_day(version: "AgencyVersion", period: Period) -> date:
    """The last day of the period on which the agency stood so."""
    upper: date | None = version.valid.upper
    return min(period.end, upper - timedelta(days=1)) if upper else period.end


def _gather(agency_id: int, unit_id: int, period: Period, day: date, at: datetime) -> _Gathered:
    units = sorted({unit_id, *territory.reach_ids(unit_id, on=day)})
    issuers = territory.above_ids(unit_id, on=day)
    start, end = period.start, period.end
    grid = messages_by_channel_and_line(start=start, end=end, unit_ids=units)
    return _Gathered(
        lines=current_content_lines(day, unit_ids=issuers),
        grid={(row.channel, row.content_line): row.messages for row in grid},
        ledger=period_ledger(units, start=start, end=end),
        cases=tally(units, start=start, end=end, at=at),
        pages=pages_published(units, start=start, end=end),
        tasks=tasks_by_status(
            agencies.forebear_ids(agency_id, on=day),
            issued_by=issuers,
            start=start,
            end=end,
            on=min(day, timezone.localdate(at)),
        ),
        press=press_told(units, start=start, end=end),
        asked=press_asked(units, start=start, end=end),
        recorded=_recorded_by(end),
    )


def _recorded_by(end: date) -> bool:
    """Whether anything at all was on record by the end of that day."""
    after = datetime.combine(end + timedelta(days=1), time.min, timezone.get_default_timezone())
    return AuditEntry.objects.filter(at__lt=after).exists()


def _laid_out(agency_id: int, version: "AgencyVersion", period: Period, found: _Gathered) -> Figures:
    def stated(value: int) -> Figure:
        return count(value) if value or found.recorded else MISSING

    ledger, states = found.ledger, DeliveryState.values
    lines = tuple(_lines(found, channels := tuple(registry.channels())))
    sums = {state: sum(counts.get(state, 0) for counts in ledger.states.values()) for state in states}
    used = [*channels, *sorted(set(ledger.states) - {*channels, NO_CHANNEL}), NO_CHANNEL]
    cases = {place.value: getattr(found.cases, place.value) for place in CasePlace}
    return Figures(
        agency_id=agency_id,
        agency=version.name,
        unit_id=version.unit_id,
        start=period.start,
        end=period.end,
        plans=_plans(found.lines),
        channels=channels,
        messages=stated(sum(ledger.messages.values())),
        broadcasts=stated(sum(ledger.broadcasts.values())),
        lines=lines,
        audience=stated(ledger.audience),
        states=tuple(Counted(state, stated(sums[state])) for state in states),
        by_channel=tuple(_channel_row(channel, ledger.states.get(channel, {}), stated) for channel in used),
        people=tuple(Counted(reach, stated(ledger.people.get(reach, 0))) for reach in Reach.values),
        residents=tuple(Counted(reach, stated(ledger.residents.get(reach, 0))) for reach in Reach.values),
        received=stated(found.cases.received),
        cases=tuple(Counted(place, stated(number)) for place, number in cases.items()),
        pages=stated(sum(found.pages.lines.values())),
        tasks=_tasks(found.tasks),
        tasks_late=_task_figure(found.tasks, found.tasks.late),
        placings=placings(ledger, stated),
        press=_press(found.press, stated),
        asked=Asked(stated(found.asked.received), stated(found.asked.answered), stated(found.asked.in_time)),
        programmes=Programmes(*_by_programme(ProgrammeRow, found.pages.programmes, stated)),
        told=Told(_told_of(lines, found.press, stated), *_by_programme(ToldRow, found.press.programmes, stated)),
    )


def _by_programme[Row](
    row: Callable[[str, Figure, Figure], Row], together: Mapping[tuple[str, ...], int], stated: Stated
) -> tuple[tuple[Row, ...], Figure, Figure]:
    """A row for each programme (all, those for it alone), then those for several and those for none."""
    rows = tuple(
        row(code, stated(sum(n for codes, n in together.items() if code in codes)), stated(together.get((code,), 0)))
        for code in Programme.values
    )
    several = sum(n for codes, n in together.items() if len(codes) > 1)
    return rows, stated(several), stated(together.get((), 0))


def _told_of(lines: tuple[LineRow, ...], press: PressTally, stated: Stated) -> tuple[Counted, ...]:
    pieces = _by_letter(press.lines)
    return tuple(Counted(line.label, stated(pieces.get(line.label, 0))) for line in lines)


def _channel_row(channel: str, counts: Mapping[str, int], stated: Stated) -> ChannelRow:
    states = tuple(Counted(state, stated(counts.get(state, 0))) for state in DeliveryState.values)
    return ChannelRow(channel, stated(sum(counts.values())), states)


def _press(told: PressTally, stated: Stated) -> Press:
    media = tuple(Counted(medium, stated(number)) for medium, number in told.pieces.items())
    return Press(stated(sum(told.pieces.values())), media, stated(told.minutes))


def _plans(lines: "list[ContentLine]") -> tuple[PlanCited, ...]:
    versions = {line.version_id: line.version for line in lines}
    return tuple(
        PlanCited(version.plan.number, version.issued_on, version.issuer, version.title)
        for version in sorted(versions.values(), key=lambda v: (v.issued_on or date.min, v.pk))
    )


def _lines(found: _Gathered, channels: tuple[str, ...]) -> list[LineRow]:
    """The plan's lines in its order, then lines only items and the press know, then what has no line."""
    texts: dict[str, str] = {}
    for line in found.lines:
        texts.setdefault(letter(line.label), line.text)
    messages, pages, grid = (
        _by_letter(found.ledger.messages),
        _by_letter(found.pages.lines),
        _grid_by_letter(found.grid),
    )
    known = {*messages, *pages, *_by_letter(found.press.lines)}
    others = sorted(known - {*texts, ""})
    loose = [""] if "" in known else []

    def stated(value: int) -> Figure:
        return count(value) if value or found.recorded else MISSING

    return [
        LineRow(
            label=label,
            text=texts.get(label, ""),
            in_plan=label in texts,
            messages=stated(messages.get(label, 0)),
            by_channel=tuple(stated(grid.get((channel, label), 0)) for channel in channels),
            pages=stated(pages.get(label, 0)),
        )
        for label in [*texts, *others, *loose]
    ]


def letter(label: str) -> str:
    """A content line's label as items carry it: "a" for "a)", "a." or "A"."""
    return label.strip().rstrip(".)").lower()


def _by_letter(counts: Mapping[str, int]) -> Counts:
    merged: Counts = {}
    for label, value in counts.items():
        merged[letter(label)] = merged.get(letter(label), 0) + value
    return merged


def _grid_by_letter(grid: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    merged: dict[tuple[str, str], int] = {}
    for (channel, label), value in grid.items():
        merged[channel, letter(label)] = merged.get((channel, letter(label)), 0) + value
    return merged


def _tasks(tasks: TaskTally) -> tuple[Counted, ...]:
    return tuple(Counted(status, _task_figure(tasks, tasks.by_status.get(status, 0))) for status in TaskStatus.values)


def _task_figure(tasks: TaskTally, value: int) -> Figure:
    """Missing without any plan in the system; not applicable to an agency that no plan gives a task."""
    if not tasks.given_to_anyone:
        return MISSING
    return count(value) if sum(tasks.by_status.values()) else NOT_APPLICABLE


# Reports


def issuer(agency_id: int, period: Period) -> Issuer:
    """Who issues the report, by the names of the period's last day on which the agency stood."""
    version = agency_in(agency_id, period)
    day = _last_day(version, period)
    parent = agencies.names_on([version.parent_id], day).get(version.parent_id, "") if version.parent_id else ""
    unit = territory.version_on(version.unit_id, day)
    short = unit.short_name if unit else ""
    return Issuer(
        name=version.name,
        short_name=version.short_name,
        kind=version.kind,
        parent=parent,
        place=unit.name if unit and (not short or short[0].isdigit()) else short or version.name,
    )


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report as the list shows it."""

    report: Report
    agency: str
    period: Period
    latest: ReportVersion


def agencies_for(user: Person, on: date) -> list[AgencyRow]:
    """The agencies of that day whose reports a person may read, in dictionary order."""
    found: dict[int, AgencyRow] = {}
    for grant in granted(user, VIEW):
        for row in agencies.agencies_on(on, unit_ids=grant.units):  # type: ignore[arg-type]
            found.setdefault(row.id, row)
    return list(found.values())


def kept_reports(user: Person) -> list[ReportRow]:
    """The reports a person may read, the newest period first, each with its latest version. Three queries."""
    reports = {report.pk: report for report in Report.objects.visible_to(user)}
    latest = ReportVersion.objects.filter(report__in=reports).order_by("report_id", "-number").distinct("report_id")
    versions = {version.report_id: version for version in latest.select_related("made_by", "submitted_by")}
    names = agencies.names_on({report.agency_id for report in reports.values()}, timezone.localdate())
    return [
        ReportRow(report, names.get(report.agency_id, ""), Period(report.period_start, report.period_end), versions[pk])
        for pk, report in reports.items()
        if pk in versions
    ]


def versions_of(agency_id: int, period: Period) -> list[ReportVersion]:
    """The kept versions of one agency's report, the newest first."""
    kept = ReportVersion.objects.filter(
        report__agency=agency_id, report__period_start=period.start, report__period_end=period.end
    )
    return list(kept.select_related("made_by", "submitted_by").latest_first())


def changed_since(version: ReportVersion, live: Figures) -> bool:
    """Whether the figures counted now differ from those the version states: the version is stale. A submitted one
    is not made stale by what was not counted when it was kept."""
    if version.submitted_at is not None:
        kept = from_json(version.data)
        lacking: dict[str, Any] = {name: None for name in ADDED_LATER if getattr(kept, name) is None}
        if "told" in lacking:  # nor by lines that only the press told of
            lacking["lines"] = tuple(one for one in live.lines if one.in_plan or one.messages.value or one.pages.value)
        live = replace(live, **lacking)
    return version.sha256 != data_hash(live)
