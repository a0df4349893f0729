"""Requests about one's own data, and breaches, in words for the desk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.audience.enums import RightState
from lantoa.audience.models import DataBreach, RightsEvent, RightsRequest
from lantoa.audience.presenting import datetime_text
from lantoa.audience.selectors import Standing
from lantoa.kernel.clock import WorkingCalendar, calendar, local
from lantoa.kernel.text import date_text
from lantoa.territory.selectors import names_on

type Jobs = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class ClockWords:
    """How a request stands against its time: words, a chip tone, an icon, and the date."""

    label: str
    tone: str
    icon: str
    due: str

    @property
    def line(self) -> str:
        """All of it on one line."""
        return ", ".join(part for part in (self.label, self.due) if part)


def clock_words(one: Standing, at: datetime, days: WorkingCalendar) -> ClockWords:
    """The clock that runs now: first the answer, then the deed."""
    if one.due is None:
        done = one.request.state == RightState.COMPLETED
        return ClockWords(
            str(one.request.get_state_display()), *(("done", "check-double") if done else ("off", "ban")), ""
        )
    today, due_day = timezone.localdate(at), timezone.localdate(one.due)
    words = _("answer by %(day)s") if one.request.state == RightState.RECEIVED else _("have it done by %(day)s")
    due = words % {"day": date_text(due_day)}
    if one.due < at:
        late = days.working_days_between(due_day, today)
        said = ngettext("%(n)s working day late", "%(n)s working days late", late) % {"n": late}
        label = said if late else _("late since today")
        return ClockWords(label, "bad", "warning", due)
    left = days.working_days_between(today, due_day)
    said = ngettext("%(n)s working day left", "%(n)s working days left", left) % {"n": left}
    label = said if left else _("due today")
    return ClockWords(label, "wait" if left <= 1 else "info", "clock", due)


def hours_words(row: DataBreach, at: datetime) -> str:
    """How many hours are left to notify the authority, or how many it is late."""
    if not row.is_waiting:
        return _("Notified") if row.notified_at else _("No notice due")
    left = int((row.notify_by - at).total_seconds() // 3600)
    by = _("by %(moment)s") % {"moment": datetime_text(row.notify_by)}
    if row.notify_by < at:
        words = ngettext("%(n)s hour late", "%(n)s hours late", -left) % {"n": -left}
    else:
        words = ngettext("%(n)s hour left", "%(n)s hours left", left) % {"n": left}
    return f"{words}, {by}"


def request_title(request: RightsRequest) -> str:
    """What somebody asks, on one line."""
    asked = str(request.get_kind_display())
    if not request.description:
        return asked
    return f"{asked}: {Truncator(' '.join(request.description.split())).chars(90)}"


def as_jobs(rows: Sequence[Standing], at: datetime) -> tuple[Jobs, Jobs]:
    """The requests of a list as work: the late ones, then the others. Two queries whatever the number."""
    names, days = names_on({row.request.unit_id for row in rows}, on=timezone.localdate(at)), calendar()
    late: Jobs = []
    others: Jobs = []
    for row in rows:
        clock, request = clock_words(row, at, days), row.request
        came = date_text(local(request.received_at).date())
        about = [names.get(request.unit_id, ""), str(request.get_came_by_display()), came]
        (late if clock.tone == "bad" else others).append(
            {
                "icon": "user" if clock.due else clock.icon,
                "title": request_title(request),
                "text": " · ".join(part for part in about if part),
                "due": clock.line,
                "url": reverse("rights:request", args=[request.public_id]),
                "action": _("Open the request") if clock.due else _("Look at it"),
            }
        )
    return late, others


def breach_jobs(rows: Iterable[DataBreach], at: datetime) -> Jobs:
    """Breaches as work."""
    return [
        {
            "icon": "warning",
            "title": Truncator(" ".join(row.what.split())).chars(110),
            "text": datetime_text(row.detected_at),
            "due": hours_words(row, at),
            "url": reverse("rights:breach", args=[row.public_id]),
            "action": _("Open the breach"),
        }
        for row in rows
    ]


def request_facts(one: Standing, unit: str) -> list[dict[str, str]]:
    """What is known of a request."""
    request = one.request
    facts = [
        (_("Place"), unit),
        (_("How it came"), str(request.get_came_by_display())),
        (_("Came in"), datetime_text(request.received_at)),
        (_("Answer by"), datetime_text(one.answer_by)),
        (_("Done by"), datetime_text(one.complete_by)),
        (_("Somebody else must stop too"), _("yes") if request.third_party else ""),
        (_("Taken down by"), str(request.opened_by or "")),
    ]
    return [{"label": label, "value": value} for label, value in facts if value]


def request_steps(one: Standing, events: Iterable[RightsEvent]) -> list[dict[str, Any]]:
    """What was done about a request, then what is owed."""
    request = one.request
    steps: list[dict[str, Any]] = [
        {
            "state": "done",
            "title": _("Received"),
            "text": f"{datetime_text(request.received_at)} · {request.get_came_by_display()}",
            "quote": request.description,
        }
    ]
    for event in events:
        text = " · ".join(part for part in (datetime_text(event.at), str(event.by or "")) if part)
        more = ngettext("%(n)s day more", "%(n)s days more", event.extra_days or 0) % {"n": event.extra_days}
        title = str(event.get_state_display())
        steps.append(
            {
                "state": "done",
                "title": f"{title}: {more}" if event.extra_days else title,
                "text": text,
                "quote": event.text if event.by_id else "",
            }
        )
    if request.state == RightState.RECEIVED:
        steps.append(
            {"state": "now", "title": _("Answer, and say how it goes on"), "text": datetime_text(one.answer_by)}
        )
    if request.is_open:
        steps.append({"state": "todo", "title": _("Done or refused"), "text": datetime_text(one.complete_by)})
    return steps


def breach_facts(row: DataBreach, unit: str) -> list[dict[str, str]]:
    """What is known of a breach."""
    facts = [
        (_("Place"), unit),
        (_("Detected"), datetime_text(row.detected_at)),
        (_("People concerned"), _("not known yet") if row.people is None else str(row.people)),
        (_("Notify by"), datetime_text(row.notify_by)),
        (_("Reported by"), f"{row.reported_by}, {datetime_text(row.reported_at)}"),
        (_("Notified"), datetime_text(row.notified_at) if row.notified_at else ""),
        (_("Number of the notice"), row.notice_reference),
    ]
    return [{"label": label, "value": value} for label, value in facts if value]
