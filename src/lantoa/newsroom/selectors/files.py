"""Which pages show a picture or lead to a file."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from wagtail.documents import get_document_model
from wagtail.models import Page, ReferenceIndex
from wagtail.query import PageQuerySet

from lantoa.kernel.models import User
from lantoa.newsroom.models import NewsImage, NewsRendition
from lantoa.newsroom.models.media import HIDDEN
from lantoa.newsroom.selectors.desk import writable_pages


def drawn_picture(name: str) -> NewsRendition | None:
    """The drawn size that this file is, if we drew it."""
    found: NewsRendition | None = NewsRendition.objects.select_related("image").filter(file=name).first()
    return found


def pages_with_picture(image_id: int) -> PageQuerySet:
    """The pages before readers that show the picture: what drafts show is nobody's business yet."""
    return _live_with(NewsImage, image_id)


def pages_lacking_a_picture(user: User) -> PageQuerySet:
    """The pages before readers, of the units where the person's posts write, that show one picture less than was
    approved: the people in it agree no more. One query beside the person's posts."""
    kinds = ContentType.objects.get_for_models(NewsImage, Page)
    hidden = NewsImage.objects.filter(HIDDEN).annotate(key=Cast("pk", CharField())).values("key")
    used = ReferenceIndex.objects.filter(
        to_content_type=kinds[NewsImage], to_object_id__in=hidden, base_content_type=kinds[Page],
        object_id=Cast(OuterRef("pk"), CharField()),
    )  # fmt: skip
    pages: PageQuerySet = writable_pages(user).live().filter(Exists(used)).order_by("-first_published_at")
    return pages


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
