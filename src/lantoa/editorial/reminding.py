"""A word to people of the house by e-mail. It says what waits and where; never a number, a name of a citizen, a sum."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lantoa.agencies import selectors as agencies
from lantoa.channels.staff_mail import write_to
from lantoa.editorial.enums import OWED, BundleState, Reminded, ReviewStep
from lantoa.editorial.models import Bundle, Commission, CommissionReminder, ReviewReminder
from lantoa.editorial.selectors.bundles import readiness
from lantoa.editorial.selectors.reviews import open_reviews, waiting
from lantoa.kernel.models import User


@transaction.atomic
def mail_commission(*, reminder_id: int, at: datetime) -> bool:
    """Send the mails of one reminder, once; False when it is needless by now or nobody could be written to."""
    rows = CommissionReminder.objects.select_for_update(of=("self",)).select_related(
        "commission__ordered_by", "commission__for_post__user"
    )
    row = rows.get(pk=reminder_id)
    commission = row.commission
    if row.mailed_at is not None or commission.state not in OWED or commission.due_at != row.due_at:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        subject, text = _words(row, commission)
    key = f"editorial-commission-{row.pk}"
    people = whom(commission, at=at)
    sent = [write_to(one, key=f"{key}-{one.pk}", subject=subject, text=text, at=at) for one in people]
    if any(sent):
        row.mailed_at = at
        row.save(update_fields=["mailed_at"])
    return any(sent)


def mail_bundle(*, bundle_id: int, at: datetime) -> bool:
    """Tell whoever put a bundle together which pages keep it; False when it is out by now, or they
    could not be written to."""
    row = Bundle.objects.select_related("created_by").get(pk=bundle_id)
    if row.state != BundleState.OPEN or row.held_since is None:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        late = [one for one in readiness(row, at=at) if one.why]
        named = "\n".join(f"- {one.page.get_admin_display_title()}: {one.why}" for one in late)
        named = named or _("- every page is ready, but they could not be kept; it is tried again")
        facts = {
            "name": row.name, "pages": named,
            "url": f"{settings.LANTOA_BASE_URL}{reverse('editorial:bundle', args=[row.pk])}",
        }  # fmt: skip
        subject = _("Did not go out: %(name)s") % facts
        text = _("The hour of the bundle “%(name)s” came and nothing went out:\n%(pages)s\n\nOpen it: %(url)s") % facts
    key = f"editorial-bundle-{row.pk}-{row.held_since:%Y%m%d%H%M}"
    return write_to(row.created_by, key=key, subject=subject, text=text, at=at)


@transaction.atomic
def mail_review(*, reminder_id: int, at: datetime) -> bool:
    """Send the mails of one reminder of a review, once; False when that step is over, or nobody could be written to."""
    row = ReviewReminder.objects.select_for_update(of=("self",)).get(pk=reminder_id)
    found = waiting(open_reviews().filter(pk=row.submission_id), at=at)
    if row.mailed_at is not None or not found or row.step not in found[0].steps:
        return False
    one = found[0]
    people = {reader.user.pk: reader.user for reader in one.present}
    if row.step not in {ReviewStep.SOON, ReviewStep.LAW_SOON}:
        people[one.submission.submitted_by_id] = one.submission.submitted_by
    with translation.override(settings.LANGUAGE_CODE):
        url = f"{settings.LANTOA_BASE_URL}{reverse('approvals:review', args=[one.submission.pk])}"
        facts = {"title": one.submission.label, "url": url, "due": _moment(one.submission.due_at)}
        subject, text = (words % facts for words in _review_words(row.step))
        text = f"{text}\n\n" + _("Open it: %(url)s") % facts
    key = f"editorial-review-{row.pk}"
    sent = [
        write_to(user, key=f"{key}-{user.pk}", subject=subject, text=text, at=at)
        for user in people.values()
    ]  # fmt: skip
    if any(sent):
        row.mailed_at = at
        row.save(update_fields=["mailed_at"])
    return any(sent)


def whom(commission: Commission, *, at: datetime) -> list[User]:
    """Who owes it (the post's holder while the post runs, the agency's own people here), and who ordered it."""
    day = timezone.localdate(at)
    people = {commission.ordered_by_id: commission.ordered_by}
    post = commission.for_post
    if post is not None and day in post.valid:
        people[post.user_id] = post.user
    elif commission.for_agency_id is not None:
        people |= {user.pk: user for user in agencies.staff_of(commission.for_agency_id, day)}
    return list(people.values())


def _words(row: CommissionReminder, commission: Commission) -> tuple[str, str]:
    facts = {
        "title": commission.title,
        "due": _moment(commission.due_at),
        "url": f"{settings.LANTOA_BASE_URL}{reverse('editorial:commission', args=[commission.pk])}",
    }
    if row.step == Reminded.LATE:
        title = _("Late since %(due)s: %(title)s") % facts
        text = _("“%(title)s” was due at %(due)s and is not delivered yet.\n\nOpen it: %(url)s") % facts
    else:
        title = _("Due at %(due)s: %(title)s") % facts
        text = _("“%(title)s” is due at %(due)s.\n\nOpen it: %(url)s") % facts
    return title, text


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}" if at else ""


def _review_words(step: str) -> tuple[str, str]:
    """Subject and first sentence of a reminder of a review."""
    return {
        ReviewStep.SOON.value: (_("To be read by %(due)s: %(title)s"), _("“%(title)s” should be read by %(due)s.")),
        ReviewStep.LAW_SOON.value: (
            _("Legal check by %(due)s: %(title)s"),
            _("“%(title)s” should have its legal check by %(due)s."),
        ),
        ReviewStep.LATE.value: (_("Still to be read: %(title)s"), _("“%(title)s” should have been read by now.")),
        ReviewStep.NOBODY.value: (
            _("Nobody is there to read: %(title)s"),
            _("Nobody who may decide on “%(title)s” is there. Have someone act for them."),
        ),
        ReviewStep.LAW_LATE.value: (
            _("Legal check still to be given: %(title)s"),
            _("“%(title)s” should have had its legal check by now."),
        ),
        ReviewStep.LAW_NOBODY.value: (
            _("Nobody is there for the legal check: %(title)s"),
            _("Nobody who may give the legal check of “%(title)s” is there. Have someone act for them."),
        ),
    }[step]
