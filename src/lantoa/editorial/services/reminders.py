"""Reminders, each once: the row is the promise, the mail follows it. And who is away meanwhile."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.editorial.enums import Reminded
from lantoa.editorial.events import CommissionDue, ReviewDue
from lantoa.editorial.models import Absence, Commission, CommissionReminder, ReviewReminder
from lantoa.editorial.rules import AbsenceError
from lantoa.editorial.selectors.reviews import noted_for, open_reviews, waiting
from lantoa.kernel import audit
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.events import emit
from lantoa.kernel.models import User


@transaction.atomic
def remind_of_commissions(*, at: datetime) -> int:
    """Note whose deadline comes soon or has passed, once for each step and deadline, and have the mail written.

    Safe to run twice and beside another: the row that is there already wins. Returns how many were noted.
    """
    soon = at + timedelta(hours=settings.LANTOA_COMMISSION_REMIND_HOURS)
    due = {
        Reminded.SOON: Commission.objects.owed().filter(due_at__gte=at, due_at__lte=soon),
        Reminded.LATE: Commission.objects.late(at),
    }
    noted = 0
    for step, rows in due.items():
        told = CommissionReminder.objects.filter(commission=OuterRef("pk"), step=step, due_at=OuterRef("due_at"))
        for row in rows.exclude(Exists(told)).order_by("pk"):
            reminder, fresh = CommissionReminder.objects.get_or_create(
                commission=row, step=step, due_at=row.due_at, defaults={"at": at}
            )
            if fresh:
                emit(CommissionDue(reminder.pk))
                noted += 1
    return noted


@transaction.atomic
def remind_of_reviews(*, at: datetime) -> int:
    """Note whose reader's time is over, and which text nobody present can read, once each, and have the mail written.

    Safe to run twice and beside another. Returns how many were noted.
    """
    noted = 0
    for one in waiting(open_reviews(), at=at):
        for step in one.steps:
            row, fresh = ReviewReminder.objects.get_or_create(
                submission=one.submission, step=step, defaults={"at": at}
            )  # fmt: skip
            if fresh:
                emit(ReviewDue(row.pk))
                noted += 1
    return noted


@transaction.atomic
def note_absence(*, user_id: int, first_on: date, last_on: date, by: User, at: datetime) -> Absence:
    """Note that someone does not read for some days: oneself, or a reader one leads. Raises `AbsenceError`."""
    if user_id not in {person.pk for person in noted_for(by, at=at)}:
        raise AccessDenied(_("You note your own absence, or that of a reader you lead."))
    if last_on < first_on:
        raise AbsenceError(_("The last day lies before the first."))
    if last_on < timezone.localdate(at):
        raise AbsenceError(_("These days are over."))
    row = Absence.objects.create(user_id=user_id, first_on=first_on, last_on=last_on, noted_by=by, noted_at=at)
    audit.record(
        "editorial.absence_noted", by=by, at=at, subject=f"editorial.absence:{row.pk}",
        facts={"first_on": first_on, "last_on": last_on},
    )  # fmt: skip
    return row


@transaction.atomic
def end_absence(*, absence_id: int, by: User, at: datetime) -> Absence:
    """They are back earlier, or never left."""
    row: Absence = Absence.objects.select_for_update().get(pk=absence_id)
    if row.user_id not in {person.pk for person in noted_for(by, at=at)}:
        raise AccessDenied(_("You note your own absence, or that of a reader you lead."))
    if row.cancelled_at is None:
        row.cancelled_at = at
        row.save(update_fields=["cancelled_at"])
        audit.record("editorial.absence_ended", by=by, at=at, subject=f"editorial.absence:{row.pk}")
    return row
