"""A repeating series: set up, start, pause, change; and the planner that makes its issues ahead, each once."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.clock import WorkingCalendar, calendar
from lantoa.kernel.models import User
from lantoa.outreach.models import Series, SeriesIssue
from lantoa.outreach.rhythm import dues
from lantoa.outreach.rules import PREPARE, RELEASE
from lantoa.outreach.selectors.series import issues
from lantoa.outreach.series_enums import DayOff, Lack, Rhythm
from lantoa.outreach.services.broadcasts import CannotChangeError
from lantoa.outreach.services.issues import end, mark_ready, postpone, record, remind_editors, settle_due

AHEAD = 2
"""How many issues stand ready to be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What a series is: to whom, how, and when it comes back."""

    name: str
    segment_id: int
    channels: list[str]
    purpose: str
    hour: time
    starts_on: date
    rhythm: str = Rhythm.WEEKLY
    weekday: int | None = None
    monthday: int | None = None
    every: int | None = None
    ends_on: date | None = None
    day_off: str = DayOff.AFTER
    days_to_try: int = 2

    def values(self) -> Mapping[str, Any]:
        """Column → value; a rhythm keeps only its own day."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        own = {Rhythm.WEEKLY: "weekday", Rhythm.MONTHLY: "monthday", Rhythm.DAYS: "every"}[Rhythm(self.rhythm)]
        return found | {name: None for name in ("weekday", "monthday", "every") if name != own}


@transaction.atomic
def create_series(*, schedule: Schedule, agency_id: int, unit_id: int, by: User, at: datetime) -> Series:
    """Set up a series; it stands still until someone who may send starts it."""
    require(by, PREPARE, unit_id=unit_id, at=at)
    row = Series.objects.create(agency_id=agency_id, unit_id=unit_id, created_by=by, created_at=at, **schedule.values())
    _record("created", row, by=by, at=at)
    return row


@transaction.atomic
def change_series(*, series: Series, schedule: Schedule, by: User, at: datetime) -> Series:
    """Change a series; issues already planned keep their words and move to the new days."""
    row = _locked(series)
    require(by, PREPARE, unit_id=row.unit_id, at=at)
    for name, value in schedule.values().items():
        setattr(row, name, value)
    row.planned_through = at if row.active else None
    row.save()
    _record("changed", row, by=by, at=at)
    if row.active:
        _align(row, at=at, days=calendar(), by=by)
    return row


@transaction.atomic
def start_series(*, series: Series, by: User, at: datetime) -> Series:
    """Let the series run in one's own name; the days it stood still are not made up for."""
    row = _locked(series)
    require(by, RELEASE, unit_id=row.unit_id, at=at)
    days = calendar()
    if next(dues(row.rule, after=at, days=days), None) is None:
        raise CannotChangeError(_("No day of this series lies ahead. Change its days first."))
    row.active, row.scheduled_by, row.scheduled_at, row.planned_through = True, by, at, at
    row.save(update_fields=["active", "scheduled_by", "scheduled_at", "planned_through"])
    _record("started", row, by=by, at=at)
    _align(row, at=at, days=days, by=by)
    for issue in issues().filter(series=row).open().select_for_update(of=("self",)):
        issue.scheduled_by = by
        issue.save(update_fields=["scheduled_by"])
    return row


@transaction.atomic
def pause_series(*, series: Series, by: User, at: datetime) -> Series:
    """Stand still: once this has returned, no issue goes out any more."""
    row = _locked(series)
    require(by, PREPARE, unit_id=row.unit_id, at=at)
    row.active = False
    row.save(update_fields=["active"])
    _record("paused", row, by=by, at=at)
    return row


def run_calendar(*, at: datetime) -> None:
    """One round of the calendar: plan ahead, mark what is ready, remind, send what is due."""
    plan_issues(at=at)
    mark_ready(at=at)
    remind_editors(at=at)
    settle_due(at=at)


def plan_issues(*, at: datetime) -> None:
    """Make the issues ahead of every running series, and those whose hour passed while nobody planned."""
    for pk in Series.objects.filter(active=True).values_list("pk", flat=True):
        _plan(pk, at=at)


@transaction.atomic
def _plan(pk: int, *, at: datetime) -> None:
    """Whoever holds the series plans it; a clock that went back finds its issues there and makes none twice."""
    row = Series.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=pk, active=True).first()
    if row is None:
        return
    days = calendar()
    since = row.planned_through or at
    known = set(row.issues.filter(due__gt=since, due__lte=at).values_list("due", flat=True))
    for due in dues(row.rule, after=since, days=days):
        if due > at:
            break
        if due not in known:
            _make(row, due, at=at)
    _align(row, at=at, days=days, by=None)
    if at > since:
        Series.objects.filter(pk=pk).update(planned_through=at)


def _align(row: Series, *, at: datetime, days: WorkingCalendar, by: User | None) -> None:
    """Let the open issues ahead stand on the next days of the rule, in their order, and make those that are missing."""
    ahead = issues().filter(series=row, due__gt=at).select_for_update(of=("self",)).order_by("due")
    open_ahead = [issue for issue in ahead if issue.is_open]
    used = {issue.due for issue in ahead if not issue.is_open}
    free = (due for due in dues(row.rule, after=at, days=days) if due not in used)
    wanted = list(islice(free, max(AHEAD, len(open_ahead))))
    pairs = list(zip(open_ahead, wanted, strict=False))
    for issue in open_ahead[len(wanted) :]:
        end(issue, Lack.ENDED, by=by, at=at)
    later = [pair for pair in reversed(pairs) if pair[1] > pair[0].due]  # the last first: its new day is free
    earlier = [pair for pair in pairs if pair[1] < pair[0].due]
    for issue, due in later + earlier:
        postpone(issue, due, by=by, at=at)
    for due in wanted[len(open_ahead) : AHEAD]:
        _make(row, due, at=at)


def _make(row: Series, due: datetime, *, at: datetime) -> None:
    made = SeriesIssue.objects.create(series=row, due=due, scheduled_by=row.scheduled_by)
    record("planned", made, by=None, at=at, due=due.isoformat())


def _locked(series: Series) -> Series:
    return Series.objects.select_for_update(no_key=True).get(pk=series.pk)


def _record(verb: str, row: Series, *, by: User, at: datetime) -> None:
    audit.record(f"outreach.series_{verb}", by=by, at=at, subject=f"outreach.series:{row.pk}")
