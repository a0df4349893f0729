"""What readers are told when a published page was wrong."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page, Revision

from lantoa.approvals import services as approving
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.models import User
from lantoa.kernel.text import normalise
from lantoa.newsroom.models import BasePage, Correction, TranslationStep, Withdrawal, subject_of
from lantoa.newsroom.rules import WITHDRAW, NotReadyError
from lantoa.newsroom.selectors import locked

FOUND_WRONG = gettext_lazy("It was found not to be right.")
TIME_OVER = gettext_lazy("It was put here until a set day, and that day has passed.")
NO_LONGER_AGREED = gettext_lazy("It was taken down at the wish of somebody it told of, not because it was wrong.")


@dataclass(frozen=True, slots=True)
class Note:
    """A correction as readers get it: what was changed, and why; a grave one stands at the page's head too."""

    what: str
    why: str
    grave: bool = False


def note_correction(*, page: BasePage, revision: Revision, note: Note, by: User, at: datetime) -> None:
    """Put the note into the exact content of this version; it is public once the version is."""
    if not page.live:
        raise NotReadyError(_("Only a published page is corrected. This one is a draft: just change it."))
    what, why = normalise(note.what).strip()[:500], normalise(note.why).strip()[:500]
    if not (what and why):
        raise NotReadyError(_("Tell readers what was wrong and why it is changed, in a sentence each."))
    told = {"what": what, "why": why, "grave": note.grave}
    kept, made = Correction.objects.get_or_create(
        revision=revision, defaults={**told, "page": page.page_ptr, "by": by, "at": at}
    )
    if not made and {name: getattr(kept, name) for name in told} != told:
        raise NotReadyError(_("This version carries another correction already. Save the page anew, then write it."))


@transaction.atomic
def withdraw_page(
    *, page: Page, by: User, at: datetime, reason: str, told: str | Promise = "", instead: Page | None = None
) -> Withdrawal:  # fmt: skip
    """Take a published page down, and with it the translations that follow it; or say of one that came down when its
    time was over that it was not right. `reason` stays in the house; `told` is what their addresses say from now on.

    Their approvals end with it: whoever puts the same words before readers again needs a second person again.
    `instead` is a published page that readers are sent to. Without `told` they learn that it was found not to be right;
    words of the product (`NO_LONGER_AGREED`) are told in each page's language.
    """
    page = locked(page.pk)
    require(by, WITHDRAW, unit_id=page.unit_id, at=at)
    if not reason.strip():
        raise NotReadyError(_("Say why the page is taken down: the reason stays on record."))
    newest = Withdrawal.objects.standing().filter(page=page).first()
    if not page.live and newest and not newest.expired:
        raise NotReadyError(_("This page was taken down already. Nothing more is needed."))
    if not page.live and not page.expired:
        raise NotReadyError(_("This page is not published, so there is nothing to take down."))
    words = told if isinstance(told, Promise) else normalise(told).strip() or FOUND_WRONG
    withdrawn = withdraw(page, told=words, by=by, at=at, instead=instead)
    for one in withdrawn:
        audit.record("newsroom.page_withdrawn", by=by, at=at, subject=subject_of(one.page),
                     facts={"reason": reason.strip()[:500]})  # fmt: skip
    for one in (page, *_translations(page)):  # those that were to go out later too: what they follow was not right
        approving.end(subject=subject_of(one), by=by, at=at, reason=reason)
    return withdrawn[0]


def withdraw(
    page: BasePage, *, told: str | Promise, by: User | None, at: datetime, instead: Page | None = None
) -> list[Withdrawal]:  # fmt: skip
    """Take the page down, then the translations that follow it, and keep what their addresses say: the same words,
    those of the product in each language. Of a translation that waits for its hour none comes any more."""
    translations = _translations(page)
    for one in translations:
        one.revisions.exclude(approved_go_live_at=None).update(approved_go_live_at=None)
    gone = [page, *(one for one in translations if one.live or one.expired)]
    for one in gone:
        UnpublishPageAction(one, user=by).execute(skip_permission_checks=True)  # the caller has asked the right
    return [_kept(one, told, by, at, instead) for one in gone]


def take_down_expired(page: BasePage, *, at: datetime) -> None:
    """Take a page whose time is over down, and the translations that follow it; their addresses say so and lead to
    their section. Nothing was wrong: approvals stand, and a version that waits for a later hour still goes out then."""
    for one in (page, *(translation for translation in _translations(page) if translation.live)):
        waiting = list(one.revisions.exclude(approved_go_live_at=None))
        one.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
        one.revisions.bulk_update(waiting, ["approved_go_live_at"])
        _kept(one, TIME_OVER, None, at, one.get_parent(), expired=True)


def _translations(page: BasePage) -> list[BasePage]:
    """Those that follow it, published or not, held."""
    following = set(TranslationStep.objects.filter(original=page.pk).values_list("page", flat=True))
    return [locked(pk) for pk in sorted(following)]


def _kept(
    page: BasePage, told: str | Promise, by: User | None, at: datetime, instead: Page | None, *, expired: bool = False
) -> Withdrawal:
    language = page.locale.language_code
    with override(language):
        words = str(told)[:300]
    spoken = instead.get_translation_or_none(page.locale) if instead else None
    kept: Withdrawal = Withdrawal.objects.create(
        page=page.page_ptr, url_path=page.url_path, language=language, section=page.section, told=words,
        instead=spoken if spoken and spoken.live else instead, expired=expired, by=by, at=at,
    )  # fmt: skip
    return kept
