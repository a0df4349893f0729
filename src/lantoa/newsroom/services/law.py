"""The legal check: a stage of its own between draft and approval."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from lantoa.agencies import selectors as agencies
from lantoa.approvals import services as approving
from lantoa.approvals.rules import why_closed, wrote
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.models import User
from lantoa.newsroom.enums import LawVerdict
from lantoa.newsroom.models import LawCheck, Sending, subject_of
from lantoa.newsroom.models.gate import is_current
from lantoa.newsroom.rules import CHECK_LAW, NotReadyError
from lantoa.newsroom.selectors import waiting_review


@transaction.atomic
def clear_law(*, page: Page, by: User, at: datetime, note: str = "") -> LawCheck:
    """The legal officer clears exactly the version that was sent: now it can be approved."""
    return _say(page, LawVerdict.CLEARED, by, at, note)


@transaction.atomic
def object_law(*, page: Page, by: User, at: datetime, note: str) -> LawCheck:
    """The legal officer hands the page back to its author, saying what the law asks for."""
    if not note.strip():
        raise NotReadyError(_("Say what must change, so that the author can mend it."))
    check = _say(page, LawVerdict.OBJECTED, by, at, note)
    approving.close(submission_id=check.sending.submission_id, by=by, at=at)
    waiting_review(page).reject(user=by, comment=note.strip())
    return check


def _say(page: Page, verdict: LawVerdict, by: User, at: datetime, note: str) -> LawCheck:
    review = waiting_review(page)
    submission = review.submission
    sending = Sending.objects.select_for_update(of=("self",)).filter(submission=submission).first()
    if sending is None or not sending.needs_law or LawCheck.objects.filter(sending=sending).exists():
        raise NotReadyError(_("This page does not wait for the legal check."))
    if closed := why_closed(submission):
        raise NotReadyError(closed)
    if wrote(submission, by):
        raise NotReadyError(_("You had a hand in this text. Someone else must check the law in it."))
    require(by, CHECK_LAW, unit_id=submission.unit_id, at=at)
    if not is_current(review, submission.sha256):
        raise NotReadyError(_("The text changed after it was sent. It is sent again before the law is checked."))
    check = LawCheck.objects.create(
        sending=sending, verdict=verdict, note=note.strip()[:2000], by=by, at=at,
        post_title=agencies.title_held(by, CHECK_LAW, unit_id=submission.unit_id, at=at),
    )  # fmt: skip
    audit.record(
        f"newsroom.law_{verdict.value}", by=by, at=at, subject=subject_of(page),
        facts={"submission": submission.pk, "sha256": submission.sha256},
    )  # fmt: skip
    return check
