"""Reading a page again: "still right" moves its next day without touching a word of what was approved."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision


class Rereading(models.Model):
    """Somebody read a published page again and found it still right. Append-only.

    It answers the day that stands in the approved content; once a version with another day is out, that day counts.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="rereadings")
    answers = models.DateField(null=True, help_text="the day in the content that this reading put off")
    next_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("reading again")
        verbose_name_plural = _("readings again")
        indexes: ClassVar = [models.Index(fields=["page", "-id"], name="rereading_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answers=None) | Q(next_on__gt=F("answers")), name="rereading_puts_the_day_off"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.next_on:%d/%m/%Y}"


class ReadingReminder(models.Model):
    """The owner of a page was told that a day comes: once for each day."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    due_on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["page", "due_on"], name="reading_reminder_once")]

    def __str__(self) -> str:
        return f"{self.page_id} {self.due_on:%d/%m/%Y}"


class LapsedLaw(models.Model):
    """A published version cites a text that bound when it went out and binds no more: its page is to be read again,
    until somebody does or another version is out. Append-only, once for each version and text."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=120)
    on = models.DateField(help_text="the day it was found")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["revision", "number"], name="lapsed_law_once")]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.number}"


def day_that_counts() -> Coalesce:
    """Inside a query for pages of one kind: the day each is to be read again, as last put off, else as it stands in
    its content."""
    unset = Q(IsNull(OuterRef("review_by"), True), answers=None)
    answered = Rereading.objects.filter(Q(answers=OuterRef("review_by")) | unset, page=OuterRef("pk"))
    return Coalesce(Subquery(answered.order_by("-pk").values("next_on")[:1]), F("review_by"))


def next_reading(page_id: int, in_content: date | None) -> date | None:
    """The day a page is to be read again: as last put off, else as it stands in its content. One query."""
    readings = Rereading.objects.filter(page_id=page_id, answers=in_content)
    if in_content is None:
        readings = Rereading.objects.filter(page_id=page_id, answers__isnull=True)
    put_off = readings.order_by("-pk").values_list("next_on", flat=True).first()
    return put_off or in_content
