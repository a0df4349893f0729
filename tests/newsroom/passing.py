"""The way of a page from draft to readers, for every test that only wants it out."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from lantoa.kernel.models import User
from lantoa.newsroom import checks, selectors, services


def send(page: Any, *, by: User, at: datetime, **more: Any) -> Any:
    """Send the newest version, with a word for each warning; what stops still stops."""
    newest = selectors.fresh(page).get_latest_revision_as_object()
    accepted = dict.fromkeys(checks.warnings(checks.run(newest, on=timezone.localdate(at))), "Người soạn đã xem.")
    return services.submit_page(page=page, by=by, at=at, accepted=accepted, **more)


def approve(page: Any, *, by: User, at: datetime) -> Any:
    """The legal check where the kind needs one, then the approval; both by this second person."""
    if any(sending.needs_law for sending in selectors.sendings([f"newsroom.page:{page.pk}"]).values()):
        services.clear_law(page=page, by=by, at=at)
    return services.approve_page(page=page, by=by, at=at)


def let_out(page: Any, *, author: User, reviewer: User, at: datetime) -> Any:
    """Sent, checked, approved."""
    send(page, by=author, at=at)
    return approve(page, by=reviewer, at=at)
