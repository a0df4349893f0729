"""The way of a page from draft to readers, for every test that only wants it out."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from lantoa.kernel.models import User
from lantoa.newsroom import checks, selectors, services
from lantoa.newsroom.models import LawCheck


def send(page: Any, *, by: User, at: datetime, **more: Any) -> Any:
    """Send the newest version, with a word for each warning; what stops still stops."""
    newest = selectors.fresh(page).get_latest_revision_as_object()
    accepted = dict.fromkeys(checks.warnings(checks.run(newest, on=timezone.localdate(at))), "Người soạn đã xem.")
    return services.submit_page(page=page, by=by, at=at, accepted=accepted, **more)


def approve(page: Any, *, by: User, at: datetime) -> Any:
    """The legal check where the kind needs one, as a row of a person who does nothing else; then the approval."""
    sending = selectors.sendings([f"newsroom.page:{page.pk}"])[f"newsroom.page:{page.pk}"]
    if sending.needs_law and getattr(sending, "law_check", None) is None:
        officer, _made = User.objects.get_or_create(email="law@tests.example", defaults={"display_name": "Pháp chế"})
        LawCheck.objects.create(sending=sending, verdict="cleared", by=officer, at=at, post_title="")
    return services.approve_page(page=page, by=by, at=at)


def let_out(page: Any, *, author: User, reviewer: User, at: datetime) -> Any:
    """Sent, checked, approved."""
    send(page, by=author, at=at)
    return approve(page, by=reviewer, at=at)
