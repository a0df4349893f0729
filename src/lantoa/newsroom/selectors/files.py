"""Which pages show a picture or lead to a file."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.documents import get_document_model
from wagtail.models import Page, ReferenceIndex
from wagtail.query import PageQuerySet

from lantoa.newsroom.exact import images_shown
from lantoa.newsroom.models import (
    NewsImage,
    NewsRendition,
)


def drawn_picture(name: str) -> NewsRendition | None:
    """The drawn size that this file is, if we drew it."""
    found: NewsRendition | None = NewsRendition.objects.filter(file=name).first()
    return found


def pictures_of(page_id: int) -> set[int]:
    """The numbers of the pictures that a page shows, in its newest version or before readers; none of a page gone."""
    page = Page.objects.filter(pk=page_id).first()
    if page is None:
        return set()
    newest = page.get_latest_revision()
    return images_shown(page.specific) | (images_shown(newest.as_object()) if newest else set())


def pages_with_picture(image_id: int) -> PageQuerySet:
    """The pages before readers that show the picture: what drafts show is nobody's business yet."""
    return _live_with(NewsImage, image_id)


def pages_with_file(document_id: int) -> PageQuerySet:
    """The pages before readers that offer the file."""
    return _live_with(get_document_model(), document_id)


def _live_with(model: type[Any], pk: int) -> PageQuerySet:
    kinds = ContentType.objects.get_for_models(model, Page)
    used = ReferenceIndex.objects.filter(
        to_content_type=kinds[model], to_object_id=str(pk), base_content_type=kinds[Page]
    )
    pages: PageQuerySet = Page.objects.live().filter(
        pk__in=[int(one) for one in used.values_list("object_id", flat=True)]
    )
    return pages
