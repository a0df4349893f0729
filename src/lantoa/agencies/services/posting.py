"""Appoint people to posts and end posts. A post's history is never deleted."""

from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from lantoa.agencies import rules
from lantoa.agencies.models import AgencyVersion, Post
from lantoa.agencies.services.organising import CannotOrganise, lock
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User


@transaction.atomic
def appoint(
    *, user: User, role: Role, agency_id: int, start: date, by: User | None, at: datetime, end: date | None = None,
    title: str = "", acting: bool = False, basis: str = "",
) -> Post:  # fmt: skip
    """Give a person a post from `start` through `end` (both days included). Deputies and hand-overs are posts too.

    Raises `CannotOrganise` when the agency does not exist then or the person holds this very post already.
    """
    lock()
    version = AgencyVersion.objects.filter(agency_id=agency_id, valid__contains=start).first()
    if version is None:
        raise CannotOrganise(_("The agency does not exist on %(day)s.") % {"day": f"{start:%d/%m/%Y}"})
    if by is not None:
        require(by, rules.CHANGE_POSTS, unit_id=version.unit_id, at=at)
    if end is not None and end < start:
        raise CannotOrganise(_("The last day lies before the first."))
    valid = DateRange(start, date.fromordinal(end.toordinal() + 1) if end else None)
    if Post.objects.filter(user=user, role=role, agency_id=agency_id, valid__overlap=valid).exists():
        raise CannotOrganise(_("This person holds this post already in that time."))
    post = Post.objects.create(
        user=user, role=role, agency_id=agency_id, title=title, acting=acting, basis=basis, valid=valid
    )
    facts = {"user": user.pk, "role": role, "agency": agency_id, "from": start, "to": end, "acting": acting}
    audit.record("agencies.post_given", by=by, at=at, subject=f"agencies.post:{post.pk}", facts=facts)
    return post


@transaction.atomic
def end_post(*, post_id: int, on: date, by: User | None, at: datetime, reason: str = "") -> Post:
    """A person holds the post no more from a day on. Raises `CannotOrganise` when it is over, or began that day."""
    lock()
    post = Post.objects.select_for_update().get(pk=post_id)
    version = AgencyVersion.objects.filter(agency_id=post.agency_id).order_by("-valid").first()
    if by is not None and version is not None:
        require(by, rules.CHANGE_POSTS, unit_id=version.unit_id, at=at)
    if on not in post.valid or on == post.valid.lower:
        raise CannotOrganise(_("A post ends after its first day and before it is over."))
    post.valid = DateRange(post.valid.lower, on)
    post.save(update_fields=["valid"])
    facts = {"user": post.user_id, "on": on, "reason": reason}
    audit.record("agencies.post_ended", by=by, at=at, subject=f"agencies.post:{post.pk}", facts=facts)
    return post
