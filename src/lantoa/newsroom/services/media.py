"""Pictures and sounds that other rooms bring into the library, and their consent when it is taken back."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.template.loader import render_to_string
from wagtail.documents import get_document_model
from wagtail.models import Page

from lantoa.kernel.models import User
from lantoa.newsroom.enums import ConsentScope
from lantoa.newsroom.models import NewsImage, ReadingPage
from lantoa.newsroom.models.readable import CARD, LEADING


@transaction.atomic
def keep_picture(
    *, content: bytes, name: str, title: str, description: str, credit: str, by: User, shows_people: bool = False,
    consent_from: str = "", consent_document: str = "", consent_on: date | None = None,
) -> NewsImage:  # fmt: skip
    """Put a picture into the library that was given for one story, with the consent of the people in it, if any;
    `give_pictures` says for which."""
    image: NewsImage = NewsImage.objects.create(
        title=title, description=description, credit=credit[:120], file=ContentFile(content, name),
        uploaded_by_user=by, shows_people=shows_people, consent_from=consent_from[:200],
        consent_document=consent_document[:200], consent_on=consent_on,
        consent_scope=ConsentScope.ONE_STORY,
    )  # fmt: skip
    return image


@transaction.atomic
def give_pictures(*, image_ids: Collection[int], page: Page) -> None:
    """From now on these pictures are this page's and its translations': no other page goes out with one."""
    NewsImage.objects.filter(pk__in=image_ids).update(given_for=page.translation_key)


@transaction.atomic
def keep_document(*, content: bytes, name: str, title: str, by: User) -> Any:
    """Put a sound or a paper into the library of documents; its bytes are told to whoever wants to load it."""
    return get_document_model().objects.create(
        title=title, file=ContentFile(content, name), file_size=len(content), uploaded_by_user=by
    )


@transaction.atomic
def withdraw_consent(*, image_ids: Collection[int]) -> None:
    """The people in these pictures agree no more: no page with one goes out from now on."""
    NewsImage.objects.filter(pk__in=image_ids).update(
        shows_people=True, consent_from="", consent_document="", consent_on=None, consent_scope=""
    )


def draw_pictures_of(*, page_id: int) -> bool:
    """Draw every size and form that a published page shows of its pictures, by showing them to nobody; safe to repeat.
    False when there is no such page now."""
    page = Page.objects.live().filter(pk=page_id).specific().first()
    if not isinstance(page, ReadingPage):
        return False
    for template in ("newsroom/cover.html", page.content_template):
        render_to_string(template, {"page": page})
    if (card := page.card_picture()) is not None:
        card.get_renditions(CARD, LEADING)
    return True
