"""Short links of our own: where each leads, and how often it was pressed. Nothing here knows who pressed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.outreach.models.messages import Message


class ShortLink(models.Model):
    """One address on one channel of one message, under a code of ours. Append-only: a code leads to one place.

    `base` is where this installation stood when the link was made: texts keep the address they were approved with.
    """

    base = models.CharField(max_length=200)
    code = models.CharField(max_length=12, unique=True)
    message = models.ForeignKey(Message, models.PROTECT, related_name="links")
    channel = models.CharField(max_length=20)
    target = models.TextField(_("address it leads to"))
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("short link")
        verbose_name_plural = _("short links")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "channel", "digest"], name="outreach_link_once"),
            models.CheckConstraint(condition=Q(target__iregex=r"^https?://[^/]"), name="outreach_link_to_the_web"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def url(self) -> str:
        """The address people press, as it stands in the texts."""
        return f"{self.base}/l/{self.code}"


class LinkClicks(models.Model):
    """How often a link was pressed in one hour. Several `slot`s of one hour, so that a rush does not queue on one row;
    their sum is the count."""

    link = models.ForeignKey(ShortLink, models.PROTECT, related_name="clicks")
    hour = models.DateTimeField()
    slot = models.PositiveSmallIntegerField(default=0)
    clicks = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("presses of a link")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["link", "hour", "slot"], name="outreach_clicks_once"),
        ]

    def __str__(self) -> str:
        return f"{self.link_id} {self.hour:%d/%m/%Y %H} {self.clicks}"
