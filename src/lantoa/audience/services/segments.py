"""Keeping audiences under a name."""

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lantoa.audience.criteria import BadCriteriaError, Criteria
from lantoa.audience.models import AudienceGroup, Segment
from lantoa.audience.rules import EDIT_SEGMENTS
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User


class SegmentNameTakenError(LantoaError):
    """Another segment of the unit bears this name."""


@transaction.atomic
def save_segment(
    *,
    by: User | None,
    at: datetime,
    name: str,
    criteria: Criteria,
    unit_id: int,
    agency_id: int | None = None,
    segment: Segment | None = None,
) -> Segment:
    """Make or change a segment of a unit. Naming no unit means the owner's: nobody reaches beyond their own subtree.

    Raises `AccessDenied` for a unit the user has no say over, `BadCriteriaError` for an unknown group,
    `SegmentNameTakenError`.
    """
    criteria = criteria if criteria.units else replace(criteria, units=(unit_id,))
    row = Segment.objects.select_for_update().get(pk=segment.pk) if segment else Segment(created_by=by)
    if by is not None:
        for touched in {unit_id, *criteria.units, *([row.unit_id] if segment else [])}:
            require(by, EDIT_SEGMENTS, unit_id=touched, at=at)
    _check_groups(criteria)
    row.name, row.criteria, row.unit_id, row.agency_id, row.updated_at = (
        name,
        criteria.as_json(),
        unit_id,
        agency_id,
        at,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise SegmentNameTakenError(_("Another segment has this name. Choose another one.")) from None
    facts = {"criteria": row.criteria, "unit": unit_id}
    audit.record("audience.segment_saved", by=by, at=at, subject=f"audience.segment:{row.pk}", facts=facts)
    return row


def _check_groups(criteria: Criteria) -> None:
    wanted = {*criteria.any_groups, *criteria.all_groups, *criteria.programmes}
    known = set(AudienceGroup.objects.filter(code__in=wanted).values_list("code", flat=True))
    if unknown := sorted(wanted - known):
        raise BadCriteriaError(_("There is no group “%(code)s”.") % {"code": unknown[0]})
