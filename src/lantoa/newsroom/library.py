"""The library as the rooms above see it: what may be given to others, and a picture's bytes as they were approved."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256
from mimetypes import guess_type
from operator import or_
from pathlib import PurePosixPath
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast, Left, Length
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import SourceImageIOError
from wagtail.models import CollectionViewRestriction, Page, ReferenceIndex

from lantoa.kernel.errors import LantoaError
from lantoa.kernel.pictures import UnreadablePicture, cleaned
from lantoa.kernel.text import fold
from lantoa.newsroom.enums import ConsentScope
from lantoa.newsroom.models import NewsImage
from lantoa.newsroom.public import in_public

THUMB = "fill-240x160"
"""The size in which a picture is shown to choose it."""
PRINTED = {"longest_side": 4000, "quality": 90}
"""How a picture is drawn for others: 34 cm wide at the 300 dots an inch of print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPicture:
    """One picture as it would be given: which bytes, what they show, whose they are."""

    image: int
    sha256: str
    name: str
    content_type: str
    caption: str
    rights: str


def newest(query: str = "", *, limit: int) -> list[NewsImage]:
    """The pictures added last; with a query those whose title, words or credit hold it, marks or none."""
    rows = NewsImage.objects.prefetch_renditions(THUMB).order_by("-created_at", "-pk")
    if plain := fold(query):
        told = (f"{field}__unaccent__icontains" for field in ("title", "description", "credit"))
        rows = rows.filter(reduce(or_, (Q(**{lookup: plain}) for lookup in told)))
    return list(rows[:limit])


def named(ids: Collection[int]) -> list[NewsImage]:
    """The pictures of these numbers that are still there."""
    return list(NewsImage.objects.prefetch_renditions(THUMB).filter(pk__in=ids).order_by("-created_at", "-pk"))


def thumb_of(image: NewsImage) -> str:
    """Where its small version is found; empty when the file cannot be read."""
    try:
        return str(image.get_rendition(THUMB).url)
    except (SourceImageIOError, InvalidFilterSpecError, OSError):
        return ""


def edit_url(image: NewsImage) -> str:
    """Where its credit and consent are filled in."""
    return reverse("wagtailimages:edit", args=[image.pk])


def why_not_given(image: NewsImage) -> str:
    """Why it may not be handed to others, and what to do; empty when it may."""
    words = {"title": image.title}
    if not image.credit.strip():
        return _("“%(title)s” does not say whose it is. Write its credit in the image library first.") % words
    if not image.may_be_shown:
        return f"“{image.title}”: {image.why_hidden} " + _("Put it right in the image library first.")
    if image.shows_people and image.consent_scope != ConsentScope.EVERYWHERE:
        return _("The people in “%(title)s” did not agree to print and every channel. Choose another picture.") % words
    return ""


class NotGivenError(LantoaError):
    """The picture may not be handed to others, or cannot be read; the message says what to do."""


def given(image: NewsImage) -> GivenPicture:
    """The picture as it stands now; raises NotGivenError."""
    content = _content(image)
    if reason := why_not_given(image):
        raise NotGivenError(reason)
    if not content:
        raise NotGivenError(
            _("The file of “%(title)s” cannot be read. Choose another picture.") % {"title": image.title}
        )
    name = PurePosixPath(image.file.name).name
    return GivenPicture(
        image=image.pk, sha256=sha256(content).hexdigest(), name=name,
        content_type=guess_type(name)[0] or "application/octet-stream",
        caption=image.description.strip(), rights=image.credit.strip(),
    )  # fmt: skip


def weight_handed_out(image: NewsImage) -> int:
    """How many bytes others get of it; raises NotGivenError with the reason where it cannot be drawn for them."""
    try:
        return len(cleaned(_content(image), **PRINTED))
    except UnreadablePicture as problem:
        raise NotGivenError(f"“{image.title}”: {problem}") from problem


def bytes_as_approved(image_id: int, digest: str) -> bytes:
    """The file whose SHA-256 this is; empty when the picture is gone, another one now, or may not be given any more."""
    image = NewsImage.objects.filter(pk=image_id).first()
    content = _content(image) if image is not None and not why_not_given(image) else b""
    return content if content and sha256(content).hexdigest() == digest else b""


def as_handed_out(image_id: int, digest: str) -> bytes:
    """The same as others get it: a JPEG drawn anew, without what its camera told (place, device, hour). Empty where
    `bytes_as_approved` is, or nothing can be drawn."""
    content = bytes_as_approved(image_id, digest)
    try:
        return cleaned(content, **PRINTED) if content else b""
    except UnreadablePicture:
        return b""


def documents_out(*, limit: int) -> list[Any]:
    """The documents added last that a page open to everybody shows, and no collection shuts away. One query."""
    kinds = ContentType.objects
    document = get_document_model()
    pages = in_public(Page.objects).filter(pk=Cast(OuterRef("object_id"), BigIntegerField()))
    shown = ReferenceIndex.objects.filter(
        Exists(pages), base_content_type=kinds.get_for_model(Page),
        to_content_type=kinds.get_for_model(document), to_object_id=Cast(OuterRef("pk"), CharField()),
    )  # fmt: skip
    shut = CollectionViewRestriction.objects.filter(
        collection__path=Left(OuterRef("collection__path"), Length("collection__path"))
    )
    rows = document.objects.filter(Exists(shown), ~Exists(shut))
    return list(rows.order_by("-created_at", "-pk")[:limit])


def document_given(held: Any) -> bytes:
    """The bytes of a document; raises NotGivenError."""
    if content := _content(held):
        return content
    raise NotGivenError(
        _("The file of “%(title)s” cannot be read. Choose another, or upload it.") % {"title": held.title}
    )


def _content(image: Any) -> bytes:
    try:
        with image.file.open("rb") as stream:
            found: bytes = stream.read()
            return found
    except OSError:
        return b""
