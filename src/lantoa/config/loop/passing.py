"""A sample page's way out, as any page's: checked, sent, cleared by the legal officer, approved."""

from datetime import datetime

from django.utils import timezone

from lantoa.kernel.models import User
from lantoa.newsroom import checks, selectors
from lantoa.newsroom import models as pages
from lantoa.newsroom import services as newsroom
from lantoa.newsroom.rules import needs_law

SAMPLE = "Trang mẫu: người và con số không có thật."


def let_out[Shown: pages.ReadingPage](page: Shown, *, author: User, reviewer: User, at: datetime) -> Shown:
    """Send it with a word for each warning, have the law cleared where its kind needs it, and approve it."""
    newest = selectors.fresh(page).get_latest_revision_as_object()
    accepted = dict.fromkeys(checks.warnings(checks.run(newest, on=timezone.localdate(at))), SAMPLE)
    newsroom.submit_page(page=page, by=author, at=at, accepted=accepted)
    if needs_law(page):
        newsroom.clear_law(page=page, by=reviewer, at=at)
    out: Shown = newsroom.approve_page(page=page, by=reviewer, at=at)
    return out
