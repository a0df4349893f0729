"""Pictures: what they show in words, whose they are, and whether the people in them agreed."""

from typing import ClassVar
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Filter, Image
from wagtail.models import Page, ReferenceIndex

from lantoa.newsroom.enums import ConsentScope

NOT_SAID = _("Nobody has said whether people can be recognised in it.")
NO_CONSENT = _("People can be recognised in it and their consent is not on record.")
HIDDEN = Q(shows_people=None) | Q(shows_people=True) & (
    Q(consent_from="") | Q(consent_document="") | Q(consent_on=None) | Q(consent_scope="")
)
"""The pictures that `may_be_shown` refuses."""


class NewsImage(AbstractImage):
    """An image with alt text, credit and, when people can be recognised, their consent on record."""

    description = models.CharField(
        _("alt text"),
        max_length=255,
        help_text=_("What the picture shows, in one sentence, for those who cannot see it."),
    )
    credit = models.CharField(_("credit"), max_length=120, blank=True, help_text=_("Who took or drew it."))
    shows_people = models.BooleanField(
        _("can people be recognised?"),
        null=True,  # nobody has said: then the picture is shown to nobody
        choices=[(True, _("Yes")), (False, _("No"))],
        help_text=_("If yes, no page with this picture goes out until their consent is on record below."),
    )
    consent_from = models.CharField(
        _("who agreed"), max_length=200, blank=True, help_text=_("The person shown, or the parent of a child.")
    )
    consent_document = models.CharField(
        _("paper or message that says so"), max_length=200, blank=True,
        help_text=_("What it is and where it is kept, such as: form of 3 March, in the commune's file."),
    )  # fmt: skip
    consent_on = models.DateField(
        _("agreed on"), null=True, blank=True, help_text=_("The day they said yes, not the day of the picture.")
    )
    consent_scope = models.CharField(
        _("agreed to"), max_length=20, choices=ConsentScope, blank=True,
        help_text=_("How far they agreed; the picture goes no further."),
    )  # fmt: skip
    given_for = models.UUIDField(
        null=True, editable=False, db_index=True, help_text="the one story it was given for: its page's translation key"
    )

    admin_form_fields = (
        *(name for name in Image.admin_form_fields if name != "description"),
        "description", "credit", "shows_people", "consent_from", "consent_document", "consent_on", "consent_scope",
    )  # fmt: skip

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(description__regex=r"\S"), name="image_has_alt_text"),
        ]

    def create_rendition(self, filter: Filter) -> AbstractRendition:  # noqa: A002  (the library's name)
        """Draw it in one size, and close what was drawn into, which the library leaves to chance."""
        drawn = self.generate_rendition_file(filter)
        try:
            key = {"filter_spec": filter.spec, "focal_point_key": filter.get_cache_key(self)}
            return self.renditions.get_or_create(**key, defaults={"file": drawn})[0]
        finally:
            drawn.close()

    def create_renditions(self, *filters: Filter) -> dict[Filter, AbstractRendition]:
        """Draw it in several sizes, each as one: two that draw the same at the same time end with one row, whose key
        both know."""
        return {one: self.create_rendition(one) for one in filters}

    @property
    def has_consent(self) -> bool:
        """Whether who, when, by what and how far are all on record."""
        return bool(self.consent_from and self.consent_document and self.consent_on and self.consent_scope)

    @property
    def may_be_shown(self) -> bool:
        """Whether somebody looked, and the people in it, if any, agreed."""
        return self.shows_people is False or (self.shows_people is True and self.has_consent)

    @property
    def why_hidden(self) -> str:
        """Why it may not be shown; empty when it may."""
        if self.may_be_shown:
            return ""
        return str(NOT_SAID if self.shows_people is None else NO_CONSENT)

    def why_not_on(self, page: Page) -> str:
        """Why this page may not show it, be it for the sake of another story; empty when it may."""
        if not self.may_be_shown:
            return self.why_hidden
        story = self.its_story() if self.consent_scope == ConsentScope.ONE_STORY else None
        if story in (None, page.translation_key):
            return ""
        titles = Page.objects.filter(translation_key=story).order_by("pk").values_list("title", flat=True)
        if (title := titles.first()) is None:
            return gettext("It was given for one other story alone, which is gone.")
        return gettext("It was given for the story “%(story)s” alone.") % {"story": title}

    def its_story(self) -> UUID | None:
        """The one story it was given for: as kept, else that of the page that had it first."""
        if self.given_for is not None:
            return self.given_for
        shown = ReferenceIndex.get_references_to(self).filter(base_content_type=ContentType.objects.get_for_model(Page))
        pages = Page.objects.filter(pk__in=[int(pk) for pk in shown.values_list("object_id", flat=True)])
        first = pages.order_by(F("first_published_at").asc(nulls_last=True), "pk")
        found: UUID | None = first.values_list("translation_key", flat=True).first()
        return found


class NewsRendition(AbstractRendition):
    """An image in one size and format."""

    image = models.ForeignKey(NewsImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="rendition_once"),
        ]
