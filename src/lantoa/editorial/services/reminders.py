"""Reminders, each once: the row is the promise, the mail follows it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from lantoa.editorial.enums import Reminded
from lantoa.editorial.events import CommissionDue
from lantoa.editorial.models import Commission, CommissionReminder
from lantoa.kernel.events import emit


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
