"""Cases in words for the screen."""

import mimetypes
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lantoa.agencies.selectors import names_on as agency_names_on
from lantoa.channels import registry
from lantoa.channels.enums import FileState
from lantoa.channels.models import InboundFile
from lantoa.channels.wording import plain_words
from lantoa.kernel.access import Person
from lantoa.kernel.clock import WorkingCalendar, calendar
from lantoa.listening import selectors
from lantoa.listening.enums import FEEDBACK, FROM_CITIZEN, Happening, ReplyState, Status
from lantoa.listening.models import Case, CaseEvent, CaseReply
from lantoa.territory.selectors import names_on
from lantoa.ui.pills import pills as shown_as_pills
from lantoa.ui.templatetags.ui import vn_date, vn_datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """How a case stands against its time: words, a chip tone, an icon."""

    label: str
    tone: str
    icon: str
    due: str


def clock_words(case: Case, at: datetime, *, days: WorkingCalendar | None = None) -> Clock:
    """The clock of a case read `with_state()`. Pass one calendar when many cases need it."""
    if case.status == Status.ANSWERED:
        return Clock(str(case.status.label), "done", "check-double", "")
    if case.status == Status.REFERRED:
        return Clock(str(case.status.label), "info", "arrow-right", "")
    days = days or calendar()
    due_at: datetime = case.due_at  # type: ignore[attr-defined]
    today, due_day = timezone.localdate(at), timezone.localdate(due_at)
    due = _("answer by %(day)s") % {"day": vn_date(timezone.localtime(due_at))}
    if due_at < at:
        late = days.working_days_between(due_day, today)
        words = ngettext("%(n)s working day late", "%(n)s working days late", late) % {"n": late}
        return Clock(words if late else _("late since today"), "bad", "warning", due)
    left = days.working_days_between(today, due_day)
    words = ngettext("%(n)s working day left", "%(n)s working days left", left) % {"n": left}
    return Clock(words if left else _("due today"), "wait" if left <= 1 else "info", "clock", due)


def pills(user: Person, show: str, at: datetime, wishes: dict[str, str] | None = None) -> list[dict[str, object]]:
    """The filters above the list, each with its count; those of a rare trouble only when there is one."""
    labels = {
        "waiting": _("To answer"), "overdue": _("Late"), "unsent": _("Answer not arrived"),
        "answered": _("Answered"), "referred": _("Referred"), "all": _("All"),
    }  # fmt: skip
    rare = ("overdue", "unsent", "referred")
    return shown_as_pills(labels, selectors.tallies(user, at=at), show=show, wishes=wishes or {}, rare=rare)


def as_jobs(cases: Iterable[Case], at: datetime) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The cases of a list as work: the late ones, then the others. Four queries whatever the number."""
    cases = list(cases)
    names = names_on([case.unit_id for case in cases], on=timezone.localdate(at))
    texts, days = selectors.first_words(cases), calendar()
    late: list[dict[str, str]] = []
    others: list[dict[str, str]] = []
    for case in cases:
        clock = clock_words(case, at, days=days)
        when = vn_datetime(timezone.localtime(case.received_at))  # type: ignore[attr-defined]
        about = [names.get(case.unit_id, ""), case.get_matter_display(), case.came_by, when]
        (late if clock.tone == "bad" else others).append(
            {
                "icon": "zalo" if case.door == "zalo" else "chat" if clock.due else clock.icon,
                "title": Truncator(" ".join(texts.get(case.pk, "").split())).chars(120) or case.number,
                "text": " · ".join(part for part in about if part),
                "due": f"{clock.label}, {clock.due}" if clock.due else clock.label,
                "url": reverse("listening:case", args=[case.number]),
                "action": _action(case, clock),
            }
        )
    return late, others


def _action(case: Case, clock: Clock) -> str:
    if not clock.due:
        return pgettext("button", "Read")
    return _("Answer") if case.matter in FEEDBACK else _("Refer it")


def story_steps(case: Case, *, public: bool = False) -> list[dict[str, str]]:
    """The timeline: what was said and done, then what is still to come.

    For staff each step says who and when; in public only when: neither names of staff nor notes.
    """
    events = selectors.public_story(case) if public else selectors.story(case)
    agencies = {} if public else _agency_names(events)
    steps = [
        {
            "title": _title(event, agencies),
            "text": vn_datetime(timezone.localtime(event.at)) + (f", {event.by}" if event.by and not public else ""),
            "quote": event.text,
            "source": _("Citizen") if event.happening in FROM_CITIZEN and not public else "",
            "state": "done",
        }
        for event in events
    ]
    if case.status == Status.WAITING:
        steps[-1]["state"] = "now"
        steps.append({"title": _("Answer"), "text": clock_words(case, timezone.now()).due, "state": "todo"})
    return steps


def _title(event: CaseEvent, agencies: dict[int, str]) -> str:
    if event.happening == Happening.ROUTED and event.agency_id in agencies:
        return _("Passed to %(agency)s") % {"agency": agencies[event.agency_id]}
    return str(Happening(event.happening).label)


def _agency_names(events: Sequence[CaseEvent]) -> dict[int, str]:
    """As the agencies were called when the case last reached one."""
    ids = [event.agency_id for event in events if event.agency_id is not None]
    return agency_names_on(ids, timezone.localdate(events[-1].at)) if ids else {}


TONES = {
    ReplyState.PENDING: ("wait", "clock"),
    ReplyState.SENDING: ("wait", "send"),
    ReplyState.ACCEPTED: ("good", "check"),
    ReplyState.DELIVERED: ("done", "check-double"),
    ReplyState.FAILED: ("bad", "close"),
    ReplyState.UNKNOWN: ("doubt", "question"),
}


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """One reply on the citizen's channel: how far it came, in plain words, and whether a person must look."""

    reply: CaseReply
    channel: str
    icon: str
    tone: str
    why: str
    next_at: datetime | None


def reply_rows(case: Case) -> list[ReplyRow]:
    """Every message that went back to the citizen, or should have."""
    rows = []
    for reply in case.replies.all():
        tone, icon = TONES[ReplyState(reply.state)]
        label = registry.label(reply.channel)
        waits = bool(reply.reason) and reply.state in (ReplyState.PENDING, ReplyState.UNKNOWN)
        rows.append(ReplyRow(reply, label, icon, tone, plain_words(reply.reason), reply.due_at if waits else None))
    return rows


def term_of(case: Case, at: datetime) -> tuple[int, int] | None:
    """The running term as cells: working days used, and working days in all; None once nothing is due."""
    if case.status != Status.WAITING:
        return None
    days, due_at = calendar(), case.due_at  # type: ignore[attr-defined]
    started = case.events.filter(due_at__isnull=False).order_by("-pk").values_list("at", flat=True)[0]
    start, due = timezone.localdate(started), timezone.localdate(due_at)
    total = max(1, days.working_days_between(start, due))
    return min(total, max(0, days.working_days_between(start, timezone.localdate(at)))), total


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file that came with a case: its name, how large, where to open it, or why there is nothing to open."""

    name: str
    size: str
    url: str
    icon: str
    why: str


def file_rows(case: Case) -> list[FileRow]:
    """Every file the citizen sent; those not taken in say why."""
    rows = []
    for found in selectors.files(case):
        kept = found.state == FileState.KEPT
        url = reverse("listening:file", args=[case.number, found.pk]) if kept else ""
        why = "" if kept else plain_words(found.reason) if found.reason else found.get_state_display()
        size = filesizeformat(found.size) if kept else ""
        rows.append(
            FileRow(file_name(found), size, url, "image" if found.kind.startswith("image/") else "document", why)
        )
    return rows


def file_name(found: InboundFile) -> str:
    """The name a file is shown and saved under: the sender's, with the ending of what it is."""
    stem = re.sub(r"[^\w .()-]+", "_", found.name.rpartition(".")[0] or found.name).strip(" .")[:80]
    return f"{stem or _('file')}{mimetypes.guess_extension(found.kind) or ''}"
