"""Pictures: what they show in words, whose they are, and whether the people in them agreed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Filter, Image

from lantoa.newsroom.enums import ConsentScope


class NewsImage(AbstractImage):
    """An image with alt text, credit and, when people can be recognised, their consent on record."""

    description = models.CharField(
        _("alt text"),
        max_length=255,
        help_text=_("What the picture shows, in one sentence, for those who cannot see it."),
    )
    credit = models.CharField(_("credit"), max_length=120, blank=True, help_text=_("Who took or drew it."))
    shows_people = models.BooleanField(
        _("people can be recognised"),
        default=False,
        help_text=_("Then no page with this picture goes out until their consent is on record below."),
    )
    consent_from = models.CharField(
        _("who agreed"), max_length=200, blank=True, help_text=_("The person shown, or the parent of a child.")
    )
    consent_document = models.CharField(_("paper or message that says so"), max_length=200, blank=True)
    consent_on = models.DateField(_("agreed on"), null=True, blank=True)
    consent_scope = models.CharField(_("agreed to"), max_length=20, choices=ConsentScope, blank=True)

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
        """Whether the people in it, if any, agreed."""
        return not self.shows_people or self.has_consent


class NewsRendition(AbstractRendition):
    """An image in one size and format."""

    image = models.ForeignKey(NewsImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="rendition_once"),
        ]
