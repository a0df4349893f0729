"""What somebody gave for one story and takes back: draft, pictures, sound. That it was there stays known."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.models import Page, PageLogEntry, ReferenceIndex

from lantoa.approvals import services as approving
from lantoa.approvals.rules import why_closed
from lantoa.kernel import audit
from lantoa.kernel.models import User
from lantoa.newsroom.models import NewsImage, subject_of
from lantoa.newsroom.selectors import review_of
from lantoa.newsroom.services.media import withdraw_consent


@transaction.atomic
def forget_story(*, page_id: int, sound_id: int | None, by: User | None, at: datetime) -> None:
    """Delete what came into the library for the story of this page, whatever page shows it, and the page itself with
    every version, in every language, unless readers had it: then its words stay on record.

    The bytes go when the transaction stands. A row that a page still leads to stays behind without words or bytes. Of a
    version that waited for a second person the approvals room keeps what was sent, as of every other.
    """
    key = Page.objects.select_for_update(of=("self",)).values_list("translation_key", flat=True).get(pk=page_id)
    for page in Page.objects.filter(translation_key=key, first_published_at=None, live=False):
        _drop(page, by, at)
    kept = Page.objects.filter(translation_key=key).exists()
    pictures = NewsImage.objects.filter(given_for=key)
    withdraw_consent(image_ids=pictures.values_list("pk", flat=True))
    for item in [*pictures, *get_document_model().objects.filter(pk=sound_id)]:
        if kept or ReferenceIndex.get_references_to(item).exists():
            _empty(item)
        else:
            item.delete()


def _drop(page: Page, by: User | None, at: datetime) -> None:
    if (review := review_of(page)) is not None and why_closed(review.submission) is None:
        approving.close(submission_id=review.submission_id, by=by, at=at)
    audit.record("newsroom.page_forgotten", by=by, at=at, subject=subject_of(page), facts={})
    subject, pk = subject_of(page), page.pk
    page.specific.delete()
    PageLogEntry.objects.filter(page=pk).update(label=subject, data={})  # with the entry that it was deleted


def _empty(item: Any) -> None:
    """A picture or file without its bytes, its drawn sizes and its words."""
    words = {"title": _("Taken back")}
    if isinstance(item, NewsImage):
        item.renditions.all().delete()
        words |= {"description": _("A picture that was taken back."), "credit": ""}
    item.tags.clear()
    type(item).objects.filter(pk=item.pk).update(**words)
    transaction.on_commit(partial(item.file.storage.delete, item.file.name))
