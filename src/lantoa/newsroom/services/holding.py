"""Embargoes set and lifted, and what goes out when its hour has come and nothing holds it."""

import logging
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.models import Page, Revision

from lantoa.kernel import audit
from lantoa.kernel.access import AccessDenied, allowed, require
from lantoa.kernel.events import emit
from lantoa.kernel.models import User
from lantoa.newsroom import checks
from lantoa.newsroom.events import VersionKeptBack
from lantoa.newsroom.holding import hold_of
from lantoa.newsroom.models import BasePage, Embargo, KeptBack, subject_of
from lantoa.newsroom.rules import LIFT, PUBLISH, WRITE, NotApprovedError, NotReadyError
from lantoa.newsroom.selectors import cleared, embargo_of, fresh, locked
from lantoa.newsroom.services.correcting import take_down_expired

log = logging.getLogger(__name__)


@transaction.atomic
def set_embargo(*, page: Page, until: datetime, by: User, at: datetime, reason: str = "") -> Embargo:
    """Keep a page from the public until an hour, whatever its schedule says. Raises `NotReadyError`."""
    page = locked(page.pk)
    require(by, WRITE, unit_id=page.unit_id, at=at)
    if until <= at:
        raise NotReadyError(_("The embargo's end lies behind us. Choose an hour to come."))
    if page.live and not page.has_unpublished_changes:
        raise NotReadyError(_("This page is public already, so an embargo comes too late."))
    if embargo_of(page.pk, at=at) is not None:
        raise NotReadyError(_("An embargo runs already. Lift it first, then set the new one."))
    made = Embargo.objects.create(page_id=page.pk, until=until, reason=reason.strip()[:300], set_by=by, set_at=at)
    _record("set", page, by=by, at=at, until=until.isoformat(), reason=made.reason)
    _again(page, by, at)
    return made


@transaction.atomic
def lift_embargo(*, embargo_id: int, by: User, at: datetime, reason: str) -> Embargo:
    """End an embargo early, with the reason on record; an approved page goes out at once, or at its own hour.

    Only whoever set it, while they write for the unit, or a leader over it.
    """
    row = Embargo.objects.select_for_update().get(pk=embargo_id)
    page = locked(row.page_id)
    own = row.set_by_id == by.pk and allowed(by, WRITE, unit_id=page.unit_id, at=at)
    if not own and not allowed(by, LIFT, unit_id=page.unit_id, at=at):
        raise AccessDenied(_("Only whoever set the embargo, or a leader, lifts it."))
    if row.lifted_at is not None or row.until <= at:
        raise NotReadyError(_("This embargo is over already."))
    if not reason.strip():
        raise NotReadyError(_("Say why the embargo is lifted: the reason stays on record."))
    row.lifted_by, row.lifted_at, row.lift_reason = by, at, reason.strip()[:300]
    row.save(update_fields=["lifted_by", "lifted_at", "lift_reason"])
    _record("lifted", page, by=by, at=at, until=row.until.isoformat(), reason=row.lift_reason)
    _again(page, by, at)
    return row


@transaction.atomic
def let_out(*, page: Page, by: User, at: datetime) -> Page:
    """Publish what is approved and waits for nothing any more. Raises `NotReadyError` while something holds it."""
    page = locked(page.pk)
    require(by, PUBLISH, unit_id=page.unit_id, at=at)
    if page.approved_now() is None:
        raise NotApprovedError(_("Exactly the newest version must be approved first."))
    if (hold := hold_of(page.pk, at)) is not None:
        raise NotReadyError(_("The page waits: %(why)s.") % {"why": hold.why})
    revision = page.get_latest_revision()
    if found := checks.turned(revision.as_object(), on=timezone.localdate(at)):
        raise NotReadyError(" ".join(map(str, found)))
    try:
        page.publish(revision, user=by, skip_permission_checks=True)
    except PublishPagePermissionError as refusal:
        raise NotReadyError(str(refusal)) from refusal
    return fresh(page)


def publish_due(*, at: datetime) -> int:
    """Publish every approved version whose hour has come, take down what has expired with its translations; each page
    in a transaction of its own, so that one refusal stops no other. Returns how many went out. Safe to run twice and
    beside another."""
    pages = ContentType.objects.get_for_model(Page)
    due = Revision.objects.filter(base_content_type=pages, approved_go_live_at__lte=at)
    out = sum(_publish_at_its_hour(pk, at) for pk in due.order_by("approved_go_live_at").values_list("pk", flat=True))
    for pk in Page.objects.filter(live=True, expire_at__lt=at).values_list("pk", flat=True):
        _take_down_at_its_hour(pk, at)
    return out


def _publish_at_its_hour(revision_id: int, at: datetime) -> bool:
    try:
        with transaction.atomic():
            revision = Revision.objects.get(pk=revision_id)
            page = locked(int(revision.object_id))
            revision.refresh_from_db()
            if revision.approved_go_live_at is None or revision.approved_go_live_at > at:
                return False
            if _over(revision, at):
                return False
            page.publish(revision, log_action="wagtail.publish.scheduled")
            return bool(Page.objects.filter(pk=page.pk, live_revision=revision).exists())
    except (PublishPagePermissionError, ObjectDoesNotExist, DatabaseError) as refusal:
        log.warning("newsroom: version %s did not go out at its hour: %s", revision_id, type(refusal).__name__)
        return False


def _over(revision: Revision, at: datetime) -> bool:
    """Whether the law it cites ended since it was sent: its story on the desk says which, and whoever sent it is told
    the first time."""
    over = checks.turned(revision.as_object(), on=timezone.localdate(at), codes=["law"])
    if over and KeptBack.objects.get_or_create(revision=revision, defaults={"at": at})[1]:
        emit(VersionKeptBack(revision.pk))
    return bool(over)


def _take_down_at_its_hour(page_id: int, at: datetime) -> None:
    try:
        with transaction.atomic():
            page = locked(page_id)
            if page.live and page.expire_at is not None and page.expire_at < at:
                take_down_expired(page, at=at)
    except (ObjectDoesNotExist, DatabaseError) as refusal:
        log.warning("newsroom: page %s was not taken down at its hour: %s", page_id, type(refusal).__name__)


def _again(page: BasePage, by: User, at: datetime) -> None:
    """What is approved already and only waits for an hour waits for the right one now, or goes out."""
    waiting = page.revisions.exclude(approved_go_live_at=None).first()
    if waiting is None or not cleared(Page.objects.filter(pk=page.pk)).exists():
        return
    if hold_of(page.pk, at) is None and _over(waiting, at):
        return
    try:
        page.publish(waiting, user=by, skip_permission_checks=True)
    except PublishPagePermissionError as refusal:  # it may not go out any more; its hour asks again
        log.warning("newsroom: version %s still waits: %s", waiting.pk, type(refusal).__name__)


def _record(verb: str, page: Page, *, by: User, at: datetime, **facts: str) -> None:
    audit.record(f"newsroom.embargo_{verb}", by=by, at=at, subject=subject_of(page), facts=facts)
