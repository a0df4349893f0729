"""Which pages show a picture or lead to a file, and which forms they hand out."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from wagtail.documents import get_document_model
from wagtail.documents.models import AbstractDocument
from wagtail.models import Page, ReferenceIndex
from wagtail.query import PageQuerySet

from lantoa.kernel.models import User
from lantoa.newsroom.models import NewsImage, NewsRendition, PolicyPage
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


def blank_forms(ids: Iterable[int]) -> dict[int, Sequence[AbstractDocument]]:
    """Policy page id → the forms to fill in that it hands out, in its order. Two queries, however many pages."""
    pages = PolicyPage.objects.filter(pk__in=set(ids)).only("pk", "papers")
    named = {page.pk: [one["value"].get("form") for one in page.papers.raw_data] for page in pages}
    files = get_document_model().objects.in_bulk({pk for forms in named.values() for pk in forms if pk})
    return {page: [files[pk] for pk in forms if pk in files] for page, forms in named.items()}


def _live_with(model: type[Any], pk: int) -> PageQuerySet:
    kinds = ContentType.objects.get_for_models(model, Page)
    used = ReferenceIndex.objects.filter(
        to_content_type=kinds[model], to_object_id=str(pk), base_content_type=kinds[Page]
    )
    pages: PageQuerySet = Page.objects.live().filter(
        pk__in=[int(one) for one in used.values_list("object_id", flat=True)]
    )
    return pages
