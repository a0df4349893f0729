"""Data breaches: reported, then the authority notified in time, or the reason on record why not."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from lantoa.audience.models import DataBreach
from lantoa.audience.rules import HANDLE_RIGHTS
from lantoa.audience.services.rights import RightsRefused
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.models import User


@transaction.atomic
def report_breach(
    *, by: User, at: datetime, unit_id: int, detected_at: datetime, what: str, harm: str, people: int | None
) -> DataBreach:
    """Put a breach on the register; the hours to notify the authority run from `detected_at`.

    `people` None: not yet known. Raises `RightsRefused`.
    """
    require(by, HANDLE_RIGHTS, unit_id=unit_id, at=at)
    if detected_at > at:
        raise RightsRefused(_("This moment is still to come. Enter when it was detected."))
    if not what.strip() or not harm.strip():
        raise RightsRefused(_("Say what happened and what harm it may do."))
    row = DataBreach.objects.create(
        unit_id=unit_id, detected_at=detected_at, what=what.strip(), harm=harm.strip(), people=people,
        notice_hours=settings.LANTOA_BREACH_NOTICE_HOURS, reported_by=by, reported_at=at,
    )  # fmt: skip
    audit.record("audience.breach_reported", by=by, at=at, subject=f"audience.databreach:{row.pk}",
                 facts={"people": people})  # fmt: skip
    return row


@transaction.atomic
def record_notice(*, by: User, at: datetime, breach: DataBreach, notified_at: datetime, reference: str) -> DataBreach:
    """Record that the authority was notified: when, and under which number. Raises `RightsRefused`."""
    row = _held(breach, by=by, at=at)
    if row.notified_at is not None:
        raise RightsRefused(_("The notice is on record already."))
    if not row.detected_at <= notified_at <= at:
        raise RightsRefused(_("Enter a moment between the detection and now."))
    if not reference.strip():
        raise RightsRefused(_("Give the number of the notice or of its receipt."))
    row.notified_at, row.notice_reference = notified_at, reference.strip()
    row.save(update_fields=["notified_at", "notice_reference"])
    audit.record("audience.breach_notified", by=by, at=at, subject=f"audience.databreach:{row.pk}")
    return row


@transaction.atomic
def record_no_notice(*, by: User, at: datetime, breach: DataBreach, reason: str) -> DataBreach:
    """Record why no notice is due; a later notice stays possible. Raises `RightsRefused`."""
    row = _held(breach, by=by, at=at)
    if not row.is_waiting:
        raise RightsRefused(_("This breach is decided already."))
    if not reason.strip():
        raise RightsRefused(_("Say why it can do no harm to security, or to anybody's life, honour or property."))
    row.no_notice_reason = reason.strip()
    row.save(update_fields=["no_notice_reason"])
    audit.record("audience.breach_needs_no_notice", by=by, at=at, subject=f"audience.databreach:{row.pk}")
    return row


def _held(breach: DataBreach, *, by: User, at: datetime) -> DataBreach:
    row = DataBreach.objects.select_for_update().get(pk=breach.pk)
    require(by, HANDLE_RIGHTS, unit_id=row.unit_id, at=at)
    return row
