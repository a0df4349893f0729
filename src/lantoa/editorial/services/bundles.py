"""Put pages together, and let them out together: all at one moment, in one transaction, or none."""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.models import Page

from lantoa.editorial.enums import BundleState
from lantoa.editorial.events import BundleHeld
from lantoa.editorial.models import Bundle, BundlePage
from lantoa.editorial.rules import BUNDLE, BundleError
from lantoa.editorial.selectors.bundles import pages_to_add, readiness
from lantoa.kernel import audit
from lantoa.kernel.access import AccessDenied, require
from lantoa.kernel.events import emit
from lantoa.kernel.models import User
from lantoa.kernel.text import normalise
from lantoa.newsroom.models import BasePage

log = logging.getLogger(__name__)


@transaction.atomic
def create_bundle(*, name: str, unit_id: int, by: User, at: datetime, go_live_at: datetime | None = None) -> Bundle:
    """Begin a bundle, with an hour or without (then a button lets it out)."""
    require(by, BUNDLE, unit_id=unit_id, at=at)
    if not name.strip():
        raise BundleError(_("Give the bundle a name."))
    _ahead(go_live_at, at)
    row = Bundle.objects.create(
        name=normalise(name).strip()[:160], unit_id=unit_id, go_live_at=go_live_at, created_by=by, created_at=at
    )
    _record("created", row, by=by, at=at)
    return row


@transaction.atomic
def add_to_bundle(*, bundle_id: int, page_id: int, by: User, at: datetime) -> BundlePage:
    """Put a page in: from now on it goes live with the bundle, not by itself."""
    row = _open(bundle_id, by=by, at=at)
    page = pages_to_add(by, at=at).filter(pk=page_id).first()
    if page is None:
        raise BundleError(_("This page is public already, stands in a bundle, or is not yours to write."))
    item, _made = BundlePage.objects.get_or_create(
        bundle=row, page=page, defaults={"added_by": by, "added_at": at}
    )  # fmt: skip
    page.revisions.exclude(approved_go_live_at=None).update(approved_go_live_at=None)
    _record("page_added", row, by=by, at=at, page=page_id)
    return item


@transaction.atomic
def take_from_bundle(*, bundle_id: int, page_id: int, by: User, at: datetime) -> None:
    """Take a page out. Nothing goes live by that: an approved page waits for someone to publish it."""
    row = _open(bundle_id, by=by, at=at)
    BundlePage.objects.filter(bundle=row, page=page_id).delete()
    _record("page_removed", row, by=by, at=at, page=page_id)


@transaction.atomic
def set_bundle_hour(*, bundle_id: int, go_live_at: datetime | None, by: User, at: datetime) -> Bundle:
    """Give the bundle an hour, another one, or none."""
    row = _open(bundle_id, by=by, at=at)
    _ahead(go_live_at, at)
    row.go_live_at, row.held_since = go_live_at, None
    row.save(update_fields=["go_live_at", "held_since"])
    _record("hour_set", row, by=by, at=at, go_live_at=go_live_at.isoformat() if go_live_at else "")
    return row


@transaction.atomic
def cancel_bundle(*, bundle_id: int, by: User, at: datetime) -> Bundle:
    """Take the bundle apart. Nothing goes live by that."""
    row = _open(bundle_id, by=by, at=at)
    row.state, row.closed_by, row.closed_at = BundleState.CANCELLED, by, at
    row.save(update_fields=["state", "closed_by", "closed_at"])
    _record("cancelled", row, by=by, at=at)
    return row


@transaction.atomic
def release_bundle(*, bundle_id: int, by: User | None, at: datetime) -> Bundle:
    """Let every page of the bundle out, in this one transaction. Safe to repeat; `by` is None for its own hour.

    Raises `BundleError` naming each page that is not ready and why; then nothing at all has gone out.
    """
    row = Bundle.objects.select_for_update().get(pk=bundle_id)
    if by is not None:
        require(by, BUNDLE, unit_id=row.unit_id, at=at)
    if row.state == BundleState.LIVE:
        return row
    if row.state == BundleState.CANCELLED:
        raise BundleError(_("This bundle was taken apart."))
    items = list(row.items.order_by("page"))
    list(Page.objects.select_for_update(of=("self",)).filter(pk__in=[one.page_id for one in items]).order_by("pk"))
    found = readiness(row, at=at)
    if not found:
        raise BundleError(_("There is no page in this bundle yet."))
    if late := [one for one in found if one.why]:
        named = "; ".join(f"“{one.page.get_admin_display_title()}”: {one.why}" for one in late)
        raise BundleError(_("Nothing went out. Not ready: %(pages)s.") % {"pages": named})
    row.state, row.closed_by, row.closed_at = BundleState.LIVE, by, at
    row.save(update_fields=["state", "closed_by", "closed_at"])
    _publish([one.page for one in found], by)
    _record("released", row, by=by, at=at, pages=[one.page.pk for one in found])
    return row


def _publish(pages: Iterable[BasePage], by: User | None) -> None:
    for page in pages:
        try:
            page.publish(page.get_latest_revision(), user=by, skip_permission_checks=True)
        except PublishPagePermissionError as refusal:  # it was ready a moment ago
            words = {"pages": f"“{page.get_admin_display_title()}”: {refusal}"}
            raise BundleError(_("Nothing went out. Not ready: %(pages)s.") % words) from refusal


def release_due_bundles(*, at: datetime) -> int:
    """Let out each bundle whose hour has come, each in its own transaction; one that is not ready is held, told once,
    and tried again. Returns how many went out. Safe to run twice and beside another."""
    due = Bundle.objects.open().filter(go_live_at__lte=at).order_by("go_live_at", "pk")
    return sum(_released(pk, at) for pk in due.values_list("pk", flat=True))


def _released(bundle_id: int, at: datetime) -> bool:
    try:
        release_bundle(bundle_id=bundle_id, by=None, at=at)
    except (BundleError, DatabaseError) as refusal:
        log.warning("editorial: bundle %s did not go out at its hour: %s", bundle_id, type(refusal).__name__)
        _hold(bundle_id, at)
        return False
    return True


@transaction.atomic
def _hold(bundle_id: int, at: datetime) -> None:
    row = Bundle.objects.select_for_update().get(pk=bundle_id)
    if row.state == BundleState.OPEN and row.held_since is None:
        row.held_since = at
        row.save(update_fields=["held_since"])
        _record("held", row, by=None, at=at)
        emit(BundleHeld(row.pk))


def _ahead(go_live_at: datetime | None, at: datetime) -> None:
    if go_live_at is not None and go_live_at <= at:
        raise BundleError(_("This hour lies behind us. Choose one to come, or let the bundle out by the button."))


def _open(bundle_id: int, *, by: User, at: datetime) -> Bundle:
    row: Bundle | None = (
        Bundle.objects.select_for_update().visible_to(by, at=at).filter(pk=bundle_id).first()
    )  # fmt: skip
    if row is None:
        raise AccessDenied(_("This bundle is not there, or not yours to see."))
    require(by, BUNDLE, unit_id=row.unit_id, at=at)
    if row.state != BundleState.OPEN:
        raise BundleError(_("This bundle is closed."))
    return row


def _record(verb: str, row: Bundle, *, by: User | None, at: datetime, **facts: object) -> None:
    audit.record(f"editorial.bundle_{verb}", by=by, at=at, subject=f"editorial.bundle:{row.pk}", facts=facts)
