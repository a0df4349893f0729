"""Things that happen on a day, with how to take part."""

from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField

from lantoa.newsroom.blocks import WRITING
from lantoa.newsroom.enums import EventKind, SectionKind
from lantoa.newsroom.models.base import BasePage, tabs
from lantoa.newsroom.models.readable import StoryPage, document


class EventPage(StoryPage):
    """A dialogue, a class, a fair: when, where, who holds it and how to come."""

    kind = models.CharField(
        _("kind of event"), max_length=20, choices=EventKind, default=EventKind.OTHER,
        help_text=_("Readers choose by it; a dialogue also says who answers, and takes questions beforehand."),
    )  # fmt: skip
    starts_at = models.DateTimeField(_("begins"), help_text=_("Day and hour."))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True, help_text=_("Leave empty when nobody knows."))
    place = models.CharField(
        _("place"), max_length=200, blank=True, help_text=_("House of culture, hamlet, commune; how to find it.")
    )
    organiser = models.CharField(_("who holds it"), max_length=200, help_text=_("The office or union that invites."))
    join = RichTextField(
        _("how to take part"),
        blank=True,
        features=WRITING,
        help_text=_("Whom to tell, until when, what to bring, what it costs."),
    )
    answerers = models.CharField(
        _("who will answer"), max_length=300, blank=True,
        help_text=_("For a dialogue: the posts and agencies that answer people's questions, not names alone."),
    )  # fmt: skip
    online_url = models.URLField(
        _("address to join online"), blank=True, help_text=_("Where to watch or speak from home.")
    )
    called_off = models.BooleanField(
        _("called off"), default=False, help_text=_("The page stays, and says that nobody needs to come.")
    )
    outcome = RichTextField(
        _("what came of it"),
        blank=True,
        features=WRITING,
        help_text=_("Afterwards: what was asked and answered, what was promised and by when; links where it is told."),
    )
    record = document(
        pgettext_lazy("document", "minutes"),
        _("Afterwards: the signed minutes as PDF, without what people told in confidence."),
    )

    section = SectionKind.EVENTS
    template = "newsroom/event_page.html"
    content_template = "newsroom/event_content.html"
    icon = "calendar"
    spoken = ("place", "organiser", "answerers")
    edit_handler = tabs([
        *BasePage.content_panels,
        MultiFieldPanel([
            FieldPanel("kind"),
            FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
            FieldPanel("place"),
            FieldPanel("organiser"),
            FieldPanel("answerers"),
            FieldPanel("join"),
            FieldPanel("online_url"),
            FieldPanel("called_off"),
        ], heading=_("When, where, how")),
        MultiFieldPanel([FieldPanel("outcome"), FieldPanel("record")], heading=_("Afterwards")),
        *StoryPage.story_panels,
    ])  # fmt: skip

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind_known"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="event_ends_after_it_begins",
                violation_error_message=_("It ends before it begins. Check both hours."),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["starts_at"], name="event_by_day")]

    def clean(self) -> None:
        """A dialogue says who will answer."""
        super().clean()
        if self.kind == EventKind.DIALOGUE and not self.answerers.strip():
            raise ValidationError({"answerers": _("Say who will answer at this dialogue: their posts and agencies.")})

    @property
    def is_dialogue(self) -> bool:
        """Whether people come to ask and get answers."""
        return self.kind == EventKind.DIALOGUE

    @property
    def takes_questions(self) -> bool:
        """Whether a question sent now can still be answered there."""
        return self.is_dialogue and not self.called_off and timezone.now() < self.starts_at

    @property
    def named_kind(self) -> str:
        """Its kind in words; empty for what is of no particular kind."""
        return "" if self.kind == EventKind.OTHER else str(EventKind(self.kind).label)

    @property
    def is_over(self) -> bool:
        """Whether it lies behind us."""
        return (self.ends_at or self.starts_at) < timezone.now()

    @property
    def same_day(self) -> bool:
        """Whether it ends on the day it begins."""
        if self.ends_at is None:
            return True
        return _day(self.starts_at) == _day(self.ends_at)


def _day(moment: datetime) -> object:
    return timezone.localtime(moment).date()
