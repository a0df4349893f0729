"""Pages in further languages: begin one, say that it has caught up with its original; who has read the interface."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page, Revision

from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.models import User
from lantoa.newsroom import bars, care
from lantoa.newsroom.interface import words
from lantoa.newsroom.models import BasePage, InterfaceReading, TranslationStep
from lantoa.newsroom.rules import SIGN, WRITE, NotReadyError
from lantoa.newsroom.selectors import fresh
from lantoa.newsroom.services.site import languages


@transaction.atomic
def begin_translation(*, page: Page, language: str, by: User, at: datetime) -> BasePage:
    """A draft in another language, beginning with the words of what is published; the same one when asked again.

    NotReadyError: nothing is published yet, the page is itself a translation, or its section is not there.
    """
    original = fresh(page)
    require(by, WRITE, unit_id=original.unit_id, at=at)
    locale = Locale.objects.select_for_update().filter(language_code=language).first()
    if locale is None or locale.pk == original.locale_id:
        raise NotReadyError(_("Pages are not written in this language here. Choose one of the site's languages."))
    if TranslationStep.objects.filter(page=original.page_ptr).exists():
        raise NotReadyError(_("This page is a translation itself. Translate its original."))
    if not original.live or original.live_revision is None:
        raise NotReadyError(_("Publish the original first: a translation follows what readers can read."))
    if reason := bars.why_barred(original.pk):
        raise NotReadyError(reason)
    if (found := original.get_translation_or_none(locale)) is not None:
        return fresh(found)
    if original.get_parent().get_translation_or_none(locale) is None:
        raise NotReadyError(_("The section is not there in this language yet. Ask the administrator."))
    made = fresh(original.copy_for_translation(locale))
    made.owner = by
    today = timezone.localdate(at)
    if made.review_by is None or made.review_by < today:
        made.review_by = care.next_day(made.section, today)
    made.save(update_fields=["owner", "review_by"])
    revision = made.save_revision(user=by, log_action=True)
    _step(made, revision, original, by, at)
    return made


@transaction.atomic
def catch_up(*, page: Page, by: User, at: datetime) -> TranslationStep:
    """Say that the newest version of a translation says what its original says now; safe to repeat.

    NotReadyError: the page follows no original, or the original is gone.
    """
    translated = fresh(page)
    require(by, WRITE, unit_id=translated.unit_id, at=at)
    last = TranslationStep.objects.filter(page=translated.page_ptr).order_by("-pk").first()
    if last is None:
        raise NotReadyError(_("This page is no translation: it follows nothing."))
    original, revision = fresh(last.original), translated.get_latest_revision()
    if original.live_revision is None or revision is None:
        raise NotReadyError(_("The original is not published any more. Take the translation down as well."))
    return _step(translated, revision, original, by, at)


@transaction.atomic
def sign_interface(*, language: str, reader: str, by: User, at: datetime) -> InterfaceReading:
    """Keep that a named person has read exactly the words the interface has now; once for the same words."""
    require(by, SIGN, at=at)
    if language not in languages() or language == settings.LANGUAGE_CODE:
        raise NotReadyError(_("Pages are not written in this language here. Choose one of the site's languages."))
    if not reader.strip():
        raise NotReadyError(_("Name who has read the words: name and post."))
    reading, _made = InterfaceReading.objects.get_or_create(
        language=language, sha256=words(language).sha256, defaults={"reader": reader.strip(), "by": by, "at": at}
    )
    audit.record(
        "newsroom.interface_read", by=by, at=at, subject=f"newsroom.language:{language}",
        facts={"sha256": reading.sha256},
    )  # fmt: skip
    return reading


def _step(page: BasePage, revision: Revision, original: BasePage, by: User, at: datetime) -> TranslationStep:
    step, made = TranslationStep.objects.get_or_create(
        revision=revision, original_revision=original.live_revision,
        defaults={"page": page.page_ptr, "original": original.page_ptr, "by": by, "at": at},
    )  # fmt: skip
    if made:
        audit.record(
            "newsroom.translation_follows", by=by, at=at, subject=f"newsroom.page:{page.pk}",
            facts={"revision": revision.pk, "original_revision": step.original_revision_id},
        )  # fmt: skip
    return step
