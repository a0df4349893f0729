"""What is sent by the calendar: what comes next, what it still needs, what waits for whom."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from lantoa.approvals.selectors import approval_of
from lantoa.kernel.access import allowed
from lantoa.kernel.models import User
from lantoa.outreach.models import MessageVersion, Reminder, Series, SeriesIssue, Trigger, TriggerOccasion
from lantoa.outreach.models.series import IssueQuerySet, ReminderQuerySet
from lantoa.outreach.rules import RELEASE
from lantoa.outreach.series_enums import Lack
from lantoa.outreach.texts import channels_of

type Planned = SeriesIssue | Reminder


def lack_of(row: Planned, *, at: datetime) -> Lack:
    """The first thing the issue still needs before it may go out; `Lack.NONE` when nothing is missing."""
    if row.message is None:
        return Lack.NO_TEXT
    version = approved_version(row)
    if version is None:
        return Lack.NOT_APPROVED
    if set(row.order.channels) - set(channels_of(version.content)):
        return Lack.NO_FORM
    if row.scheduled_by is None:
        return Lack.NOBODY
    if not allowed(row.scheduled_by, RELEASE, unit_id=row.order.unit_id, at=at):
        return Lack.RIGHT_LOST
    return Lack.NONE


def approved_version(row: Planned | TriggerOccasion) -> MessageVersion | None:
    """The version that is exactly its message's text and approved in force."""
    message = row.message
    if message is None or approval_of(message.subject, message.sha256) is None:
        return None
    return message.versions.filter(sha256=message.sha256).select_related("message").first()


def issues() -> IssueQuerySet:
    """Issues with what their pages and services read of them."""
    return SeriesIssue.objects.select_related("series", "message", "scheduled_by", "broadcast")


def reminders() -> ReminderQuerySet:
    """Reminders with what their pages and services read of them."""
    return Reminder.objects.select_related("occasion__trigger", "message", "scheduled_by", "broadcast")


def series_of(user: User) -> "QuerySet[Series]":
    """The series of one's units, those that run first."""
    return Series.objects.visible_to(user).select_related("segment", "scheduled_by").order_by("-active", "name", "pk")


def triggers_of(user: User) -> "QuerySet[Trigger]":
    """The triggers of one's units, those that run first."""
    return Trigger.objects.visible_to(user).select_related("segment", "scheduled_by").order_by("-active", "name", "pk")


def coming(user: User, *, until: datetime | None = None) -> list[Planned]:
    """What can still go out for one's units, issues and reminders together, the next first."""
    mine = issues().filter(pk__in=SeriesIssue.objects.visible_to(user).open().values("pk"))
    ours = reminders().filter(pk__in=Reminder.objects.visible_to(user).open().values("pk"))
    if until is not None:
        mine, ours = mine.filter(due__lte=until), ours.filter(due__lte=until)
    return sorted([*mine, *ours], key=lambda row: (row.due, row.pk))


def pressing(user: User, *, at: datetime) -> list[tuple[Planned, Lack]]:
    """What comes soon, or should be out already, with what keeps it: the work of editors and channel officers."""
    soon = at + timedelta(hours=settings.LANTOA_ISSUE_REMIND_HOURS)
    found = [(row, lack_of(row, at=at)) for row in coming(user, until=soon) if row.order.active]
    return [(row, lack or Lack(row.lack)) for row, lack in found if lack or row.lack]


def open_occasions(user: User) -> "QuerySet[TriggerOccasion]":
    """Pages whose draft still waits for an editor, an approval or its broadcast, the oldest first."""
    mine = Trigger.objects.visible_to(user).values("pk")
    rows = TriggerOccasion.objects.filter(trigger__in=mine, moment=None, broadcast=None, cancelled_at=None)
    return rows.select_related("trigger", "message").order_by("created_at", "pk")
