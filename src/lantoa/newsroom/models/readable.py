"""What the pages that people read have in common."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.images.models import Filter
from wagtail.models import Page

from lantoa.agencies import selectors as agencies
from lantoa.kernel import prepared
from lantoa.newsroom.blocks import STORY
from lantoa.newsroom.models.base import BasePage
from lantoa.newsroom.models.corrections import Correction
from lantoa.newsroom.models.media import NewsImage
from lantoa.newsroom.models.rereading import next_reading
from lantoa.newsroom.models.translating import Behind, behind
from lantoa.territory import selectors as territory

A_MINUTE = 180  # syllables read silently, unhurried
PICTURES = ("cover", "poster")
"""The fields that may hold the picture a page is listed with."""
CARD = "fill-360x184|format-webp"
"""The picture of a page where it is listed."""
LEADING = "fill-480x246|format-webp|webpquality-60"
"""The first of the stories on the home page, which is the only one with its photo there."""


class ReadingPage(BasePage):
    """A page that people read from top to bottom, with its approval at its foot."""

    content_template: ClassVar[str]
    """Its body, drawn the same for readers and for the reviewer."""
    counted: ClassVar[bool] = True
    """Whether a report counts it as a piece of communication."""
    icon: ClassVar[str] = "document"
    """The sign it is listed with among other kinds."""

    place: Any = ""
    byline: Any = ""
    length: Any = ""
    """What some kinds tell on a card. The others say that they do not: a template that looks for what is not there
    reads through all that is."""

    way: Sequence[Page] = ()
    """The pages above it, when its address was followed."""
    twins: Sequence[Page] = ()
    """The page in every language it is published in, when its address was followed."""
    corrected: bool = True
    """Whether it may have corrections: asked of the table only then."""
    reread: bool = True
    """Whether somebody may have read it again: asked of the table only then."""
    follows: bool = True
    """Whether it may be a translation: asked of the table only then."""
    elsewhere: bool = True
    """Whether it may be about further places: asked of the table only then."""

    parent_page_types: ClassVar = ["newsroom.SectionPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With the way here, the approval it stands on, and how long it takes to read."""
        siblings, behind = list(self.see_also()), self.fallen_behind()
        return {
            **super().get_context(request, *args, **kwargs),
            "ancestors": self.way or self.get_ancestors().live().filter(depth__gt=1),
            "read_again_by": next_reading(self.pk, self.review_by) if self.reread else self.review_by,
            "approval": self.approval_it_stands_on(),
            "minutes": self.minutes(),
            "siblings": siblings,
            "owner": self.owner_name(),
            "filed": self.filed_under(),
            "also_about": self.further_names(),
            "spoken_at": self.addresses(request),
            "behind": behind,
            "not_followed": Correction.objects.not_followed(behind.original, behind.since) if behind else (),
            "corrections": Correction.objects.shown_on(self) if self.corrected else (),
        }

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """With every picture's sizes fetched at once."""
        models.prefetch_related_objects(list(self.images()), "renditions")
        return super().serve(request, *args, **kwargs)

    def images(self) -> Iterator[NewsImage]:
        """The pictures above and between its words."""
        for name in PICTURES:
            if image := getattr(self, name, None):
                yield image
        for field in self._meta.get_fields():
            if isinstance(field, StreamField):
                for piece in field.value_from_object(self):
                    if isinstance(piece.value, Mapping) and (image := piece.value.get("image")):
                        yield image

    def addresses(self, request: HttpRequest) -> dict[str, str]:
        """Where the page is published in its languages, itself included."""
        return {one.locale.language_code: one.get_url(request) or "/" for one in self.twins}

    def fallen_behind(self) -> Behind | None:
        """Which original went on without this translation, and since when; None for an original."""
        return behind(self) if self.follows else None

    def owner_name(self) -> str:
        """The agency that answers for the page, by its name today."""
        if self.owner_agency_id is None:
            return ""
        return agencies.names_on([self.owner_agency_id], timezone.localdate()).get(self.owner_agency_id, "")

    def see_also(self) -> Iterable[Page]:
        """The newest of its kind besides it."""
        return prepared.objects(_newest_below, self.path[: -self.steplen], told=(self.pk or 0,))

    def filed_under(self) -> list[Page]:
        """The column and the campaign it belongs to, when they are published; in its own language where they are."""
        ids = tuple(pk for pk in (self.column_id, self.campaign_id) if pk is not None)
        found: dict[Any, Page] = {}
        for page in prepared.objects(_spoken_of, self.locale_id, told=ids) if ids else []:
            if page.locale_id == self.locale_id or page.translation_key not in found:
                found[page.translation_key] = page
        return list(found.values())

    def further_names(self) -> list[str]:
        """The further places it is about, by their names today."""
        if not self.elsewhere:
            return []
        ids = self.further_units.values_list("pk", flat=True)
        return sorted(territory.names_on(ids, timezone.localdate()).values())

    def card_picture(self) -> NewsImage | None:
        """The picture it is listed with, when the people in it agreed."""
        found: NewsImage | None = getattr(self, "cover", None) or getattr(self, "poster", None)
        return found if found is not None and found.may_be_shown else None

    def minutes(self) -> int:
        """Whole minutes to read it, at least one."""
        return max(1, round(len(self.as_written().split()) / A_MINUTE))


def picture(label: Any, help_text: Any) -> models.ForeignKey[Any, Any]:
    """A picture of the library; people in it have agreed, or the page does not go out."""
    return models.ForeignKey(
        NewsImage, verbose_name=label, help_text=help_text, null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip


def document(label: Any, help_text: Any) -> models.ForeignKey[Any, Any]:
    """A file of the document library."""
    return models.ForeignKey(
        "wagtaildocs.Document", verbose_name=label, help_text=help_text, null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip


class StoryPage(ReadingPage):
    """A page with a picture above a text of many pieces."""

    cover = picture(_("picture"), _("Shown above the text and where the page is listed."))
    body = StreamField(
        STORY,
        verbose_name=_("text"),
        blank=True,
        help_text=_("The news first. A heading every three or four paragraphs."),
    )

    content_template = "newsroom/article_content.html"
    story_panels: ClassVar[list[Any]] = [FieldPanel("cover"), FieldPanel("body")]

    class Meta:
        abstract = True


def types_by_section() -> dict[str, type[ReadingPage]]:
    """The page type that stands in each kind of section."""
    return {model.section: model for model in _concrete(ReadingPage)}


def _concrete(model: type[ReadingPage]) -> Iterator[type[ReadingPage]]:
    for child in model.__subclasses__():
        if child._meta.abstract:
            yield from _concrete(child)
        else:
            yield child


def _spoken_of(locale_id: int, *ids: int) -> Any:
    """These pages as far as they are live, and what they are in a language."""
    same = Page.objects.filter(pk__in=ids).values("translation_key")
    rows = Page.objects.live().filter(translation_key__in=same)
    return rows.filter(Q(pk__in=ids) | Q(locale=locale_id)).order_by("pk")


def _newest_below(path: str, apart_from: int) -> Any:
    """Three pages of a section."""
    below = Page.objects.live().filter(path__startswith=path, depth=len(path) // Page.steplen + 1)
    newest = below.exclude(pk=apart_from).order_by("-first_published_at")
    return newest.only("title", "url_path")[:3]


def with_pictures(pages: Any) -> Any:
    """The same pages with their pictures in listed size, in two queries more whatever their number."""
    names = [name for name in PICTURES if any(field.name == name for field in pages.model._meta.fields)]
    shown = NewsImage.objects.prefetch_renditions(Filter(CARD).spec)
    return pages.prefetch_related(*(models.Prefetch(name, queryset=shown) for name in names))
