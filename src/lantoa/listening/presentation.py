"""Cases in words for the screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.kernel.access import Person
from lantoa.kernel.clock import working_days_between
from lantoa.listening import selectors
from lantoa.listening.enums import Happening, Status
from lantoa.listening.models import Case
from lantoa.ui.templatetags.ui import vn_date, vn_datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """How a case stands against its time: words, a chip tone and an icon."""

    label: str
    tone: str
    icon: str
    due: str


def clock_words(case: Case, at: datetime) -> Clock:
    """The clock of a case read `with_state()`."""
    if case.status != Status.WAITING:
        return Clock(str(case.status.label), "good" if case.status == Status.ANSWERED else "info", "check", "")
    due_at: datetime = case.due_at  # type: ignore[attr-defined]
    due = _("answer by %(day)s") % {"day": vn_date(timezone.localtime(due_at))}
    if due_at < at:
        late = working_days_between(timezone.localdate(due_at), timezone.localdate(at))
        words = ngettext("%(n)s working day late", "%(n)s working days late", late) % {"n": late}
        return Clock(words if late else _("late since today"), "bad", "warning", due)
    left = working_days_between(timezone.localdate(at), timezone.localdate(due_at))
    words = ngettext("%(n)s working day left", "%(n)s working days left", left) % {"n": left}
    return Clock(words if left else _("due today"), "warn" if left <= 1 else "wait", "clock", due)


def pills(user: Person, show: str, at: datetime) -> Sequence[dict[str, object]]:
    """The filters above the list, each with its count."""
    labels = {
        "waiting": _("To answer"), "overdue": _("Late"), "answered": _("Answered"), "all": _("All"),
    }  # fmt: skip
    return [
        {
            "label": label,
            "url": f"?show={key}",
            "current": key == show,
            "count": selectors.cases(user, show=key, at=at).count(),
        }
        for key, label in labels.items()
    ]


def story_steps(case: Case, *, public: bool = False) -> list[dict[str, str]]:
    """The timeline: what was said and done, then what is still to come. Staff appear by agency, never by name, in
    public."""
    events = selectors.public_story(case) if public else selectors.story(case)
    steps: list[dict[str, str]] = [
        {
            "title": str(Happening(event.happening).label),
            "text": vn_datetime(event.at) + (f", {event.by}" if event.by and not public else ""),
            "quote": event.text,
            "source": "",
            "state": "done",
        }
        for event in events
    ]
    if case.status == Status.WAITING:
        steps[-1]["state"] = "now"
        steps.append({"title": _("Answer"), "text": clock_words(case, timezone.now()).due, "state": "todo"})
    return steps
