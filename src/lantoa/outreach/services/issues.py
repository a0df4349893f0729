"""One sending by the calendar, an issue of a series or a reminder: its text, its name, its hour, its end.

An issue goes out when it is due, exactly as approved, in the name of the person who scheduled it; their right is asked
again then. What is not ready is held, goes out late within the grace, and is missed after it.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from lantoa.kernel import audit
from lantoa.kernel.access import AccessDenied, require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.events import emit
from lantoa.kernel.models import User
from lantoa.outreach.events import IssueNeedsText
from lantoa.outreach.models import Message, Reminder, Series, SeriesIssue, TriggerOccasion
from lantoa.outreach.rules import PREPARE, RELEASE
from lantoa.outreach.selectors.series import Planned, approved_version, issues, lack_of, reminders
from lantoa.outreach.series_enums import IssueState, Lack
from lantoa.outreach.services.broadcasts import CannotChangeError, Plan, prepare
from lantoa.outreach.services.messages import Draft, create_message
from lantoa.outreach.services.releasing import release

logger = logging.getLogger(__name__)


@transaction.atomic
def attach_text(*, issue: Planned, message: Message | None, by: User, at: datetime) -> Planned:
    """Give the issue its words, or take them away (None); one message serves one sending."""
    row = _open(issue)
    require(by, PREPARE, unit_id=row.order.unit_id, at=at)
    if message is not None and message.unit_id != row.order.unit_id:
        raise CannotChangeError(_("This message belongs to another unit."))
    if message is not None and _taken(message, row):
        raise CannotChangeError(_("Another issue goes out with this message. Write one of its own."))
    row.message = message
    if row.state == IssueState.READY:
        row.state = IssueState.PLANNED
    row.save(update_fields=["message", "state"])
    record("text_attached", row, by=by, at=at, message=message.pk if message else None)
    return _mark(row, at=at)


def _taken(message: Message, row: Planned) -> bool:
    kept = [IssueState.MISSED, IssueState.CANCELLED]
    for other in (SeriesIssue, Reminder):
        rows = other.objects.filter(message=message).exclude(state__in=kept)
        if (rows.exclude(pk=row.pk) if isinstance(row, other) else rows).exists():
            return True
    return message.versions.filter(broadcasts__isnull=False).exists()


@transaction.atomic
def begin_text(*, issue: Planned, by: User, at: datetime) -> Message:
    """Begin a message for the issue, named after it, and attach it."""
    row = _open(issue)
    if row.message is not None:
        return row.message
    order = row.order
    draft = Draft(title=row.title, purpose=order.purpose, agency_id=order.agency_id, unit_id=order.unit_id)
    made = create_message(draft=draft, by=by, at=at)
    attach_text(issue=row, message=made, by=by, at=at)
    return made


@transaction.atomic
def put_name(*, issue: Planned, by: User, at: datetime) -> Planned:
    """Have the issue go out in one's own name; the right is asked now and again at its hour."""
    row = _open(issue)
    require(by, RELEASE, unit_id=row.order.unit_id, at=at)
    row.scheduled_by = by
    row.save(update_fields=["scheduled_by"])
    record("scheduled", row, by=by, at=at, due=row.due.isoformat())
    return row


@transaction.atomic
def leave_out(*, issue: Planned, by: User, at: datetime) -> Planned:
    """Leave this one out for good; the planner does not make it again."""
    row = _open(issue)
    require(by, PREPARE, unit_id=row.order.unit_id, at=at)
    return end(row, Lack.BY_HAND, by=by, at=at)


def end(row: Planned, lack: Lack, *, by: User | None, at: datetime) -> Planned:
    """Settle an open issue as left out, with the reason; for callers that hold its lock."""
    return _move(row, IssueState.CANCELLED, lack, by=by, at=at)


@transaction.atomic
def mark_ready(*, at: datetime, message_id: int | None = None) -> None:
    """Let what is approved stand as ready, and what no longer is as in preparation; one message's, or all."""
    for rows in (issues().filter(series__active=True), reminders().filter(occasion__trigger__active=True)):
        waiting = rows.filter(state__in=[IssueState.PLANNED, IssueState.READY]).exclude(message=None)
        if message_id is not None:
            waiting = waiting.filter(message=message_id)
        for row in waiting.select_for_update(of=("self",), skip_locked=True):
            _mark(row, at=at)


def _mark(row: Planned, *, at: datetime) -> Planned:
    good = lack_of(row, at=at) not in (Lack.NO_TEXT, Lack.NOT_APPROVED, Lack.NO_FORM)
    if good and row.state == IssueState.PLANNED:
        return _move(row, IssueState.READY, Lack.NONE, by=None, at=at)
    if not good and row.state == IssueState.READY:
        return _move(row, IssueState.PLANNED, Lack.NONE, by=None, at=at)
    return row


def settle_due(*, at: datetime) -> list[Planned]:
    """Release, hold or miss everything whose hour has come, each in a transaction of its own; returns what went out.

    One that fails unforeseen keeps none of the others back; the next round tries it again.
    """
    found: list[Planned] = []
    for rows, settle in ((SeriesIssue.objects.due(at), _settle_issue), (Reminder.objects.due(at), _settle_reminder)):
        for pk in rows.values_list("pk", flat=True):
            try:
                found += settle(pk, at=at)
            except Exception:
                logger.exception("%s %s could not be settled", rows.model.__name__, pk)
    return found


@transaction.atomic
def _settle_issue(pk: int, *, at: datetime) -> Sequence[Planned]:
    """Whoever holds the series decides; another worker leaves it alone and looks again in a minute."""
    held = Series.objects.select_for_update(no_key=True, skip_locked=True).filter(issues=pk).first()
    row = issues().select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    return _settle(row, at=at) if held and row else ()


@transaction.atomic
def _settle_reminder(pk: int, *, at: datetime) -> Sequence[Planned]:
    held = TriggerOccasion.objects.select_for_update(no_key=True, skip_locked=True).filter(reminders=pk).first()
    row = reminders().select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    return _settle(row, at=at) if held and row else ()


def _settle(row: Planned, *, at: datetime) -> Sequence[Planned]:
    if not row.is_open or row.due > at:
        return ()
    lack = Lack.NONE if row.order.active else Lack.PAUSED
    lack = lack or lack_of(row, at=at)
    if at >= row.late_until:
        _move(row, IssueState.MISSED, lack or Lack(row.lack) or Lack.ASLEEP, by=None, at=at, note=row.note)
        return ()
    if lack:
        _hold(row, lack, at=at)
        return ()
    return _send(row, at=at)


def _send(row: Planned, *, at: datetime) -> Sequence[Planned]:
    """Prepare and release in one go; what is refused leaves nothing behind but its reason."""
    version, by = approved_version(row), row.scheduled_by
    assert version is not None
    assert by is not None
    order = row.order
    plan = Plan(order.segment_id, order.channels, row.expires_at(at), title=row.title[:160])
    try:
        with transaction.atomic():
            broadcast = release(broadcast=prepare(version=version, plan=plan, by=by, at=at), by=by, at=at)
            if row.state == IssueState.PLANNED:
                _move(row, IssueState.READY, Lack.NONE, by=None, at=at)
            row.broadcast = broadcast
            _move(row, IssueState.RELEASED, Lack.NONE, by=by, at=at)
    except (AccessDenied, LantoaError) as refusal:
        row.refresh_from_db()
        _hold(row, Lack.RIGHT_LOST if isinstance(refusal, AccessDenied) else Lack.REFUSED, at=at, note=str(refusal))
        return ()
    return (row,)


def _hold(row: Planned, lack: Lack, *, at: datetime, note: str = "") -> None:
    """Keep it back with its reason; said once, not at every look."""
    if (row.state, row.lack, row.note) != (IssueState.HELD, lack, note[:300]):
        _move(row, IssueState.HELD, lack, by=None, at=at, note=note)


def remind_editors(*, at: datetime) -> None:
    """Tell, once for each, that an issue comes soon and has no approved text."""
    soon = at + timedelta(hours=settings.LANTOA_ISSUE_REMIND_HOURS)
    for kind, rows in ((SeriesIssue, issues()), (Reminder, reminders())):
        near = rows.filter(state=IssueState.PLANNED, reminded_at=None, due__gt=at, due__lte=soon)
        for row in near:
            if row.order.active and (lack := lack_of(row, at=at)) in (Lack.NO_TEXT, Lack.NOT_APPROVED, Lack.NO_FORM):
                _remind(kind, row, lack, at=at)


@transaction.atomic
def _remind(kind: type[SeriesIssue] | type[Reminder], row: Planned, lack: Lack, *, at: datetime) -> None:
    if kind.objects.filter(pk=row.pk, reminded_at=None).update(reminded_at=at):
        record("editor_reminded", row, by=None, at=at, lack=lack)
        emit(IssueNeedsText(row.subject, lack))


def _move(row: Planned, to: IssueState, lack: Lack, *, by: User | None, at: datetime, note: str = "") -> Planned:
    row.state, row.lack, row.note = to, lack, note[:300]
    row.settled_at = None if row.is_open else at
    row.save(update_fields=["state", "lack", "note", "settled_at", "broadcast"])
    facts = {"lack": lack} if lack else {}
    record(to, row, by=by, at=at, **facts | ({"broadcast": row.broadcast_id} if row.broadcast_id else {}))
    return row


def postpone(row: Planned, due: datetime, *, by: User | None, at: datetime) -> None:
    """Give an open issue another hour; one held back gets its chance anew. For callers that hold its lock."""
    before = row.due
    if row.state == IssueState.HELD and due > before:
        row.state, row.lack, row.note = IssueState.PLANNED, Lack.NONE, ""
    row.due, row.reminded_at = due, None
    row.save(update_fields=["due", "state", "lack", "note", "reminded_at"])
    record("moved", row, by=by, at=at, before=before.isoformat(), due=due.isoformat())


def _open(issue: Planned) -> Planned:
    """The issue as it stands, locked; refused when it has been settled."""
    rows = issues() if isinstance(issue, SeriesIssue) else reminders()
    row: Planned = rows.select_for_update(of=("self",)).get(pk=issue.pk)
    if not row.is_open:
        raise CannotChangeError(_("This one is settled: “%(state)s”.") % {"state": row.get_state_display()})
    return row


def record(verb: str, row: Planned, *, by: User | None, at: datetime, **facts: object) -> None:
    """Write down what was done with an issue."""
    audit.record(f"outreach.issue_{verb}", by=by, at=at, subject=row.subject, facts=facts)
