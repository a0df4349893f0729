"""What is said: a message, its form for each channel and language, and the frozen versions people approve."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantoa.channels.sms.segments import unaccented
from lantoa.kernel.access import ScopedQuerySet
from lantoa.kernel.models import User


class MessageQuerySet(ScopedQuerySet["Message"]):
    """Messages of the units one may write or read for."""

    permission = "outreach.view_message"


class Message(models.Model):
    """One thing to say, in as many forms as there are channels and languages.

    `sha256` is the hash of the working text as it stands; it differs from an approved version's with the first comma.
    """

    title = models.CharField(_("title"), max_length=160)
    purpose = models.CharField(_("purpose"), max_length=20)
    content_line = models.CharField(_("content line"), max_length=8, blank=True, default="")
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True, default="")
    master = models.TextField(_("master text"), blank=True, default="")  # the forms are made of it; never sent itself
    press: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)  # `outreach.press.PressFacts`
    page = models.ForeignKey("wagtailcore.Page", models.SET_NULL, null=True, blank=True, related_name="+")
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    unit = models.ForeignKey("territory.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    authors = models.ManyToManyField(User, related_name="+")
    sha256 = models.CharField(max_length=64, default="", editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-edited_at", "-id"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """The name approvals know this message by."""
        return f"outreach.message:{self.pk}"


class MessageForm(models.Model):
    """The message as one channel carries it in one language; on SMS `plain` is the same without marks."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="forms")
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=2, default="vi")
    subject = models.CharField(pgettext_lazy("mail", "subject"), max_length=160, blank=True, default="")
    body = models.TextField(_("text"), blank=True, default="")
    plain = models.TextField(_("text without marks"), blank=True, default="")
    send_plain = models.BooleanField(_("send without marks"), default=False)
    recording = models.CharField(max_length=200, blank=True, default="", db_default="")  # `loudspeaker.recordings`
    recording_seconds = models.PositiveIntegerField(default=0, db_default=0)  # how long it plays, measured when given
    made_from = models.CharField(max_length=64, blank=True, default="", editable=False)  # hash of the master it was of
    edited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["language", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "channel", "language"], name="outreach_form_once"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.language}"

    @property
    def text(self) -> str:
        """The text that goes out."""
        return (self.plain or unaccented(self.body)) if self.send_plain else self.body


class MessageVersion(models.Model):
    """All forms of a message frozen together: what an approval names and a broadcast sends. Append-only."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content: models.JSONField[Any, Any] = models.JSONField()
    sha256 = models.CharField(max_length=64)
    frozen_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "number"], name="outreach_version_number_once"),
            models.UniqueConstraint(fields=["message", "sha256"], name="outreach_version_text_once"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.number}"


class TrialSend(models.Model):
    """A test an editor sent to themself; apart from the ledger, which counts citizens."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="trials")
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=2)
    sha256 = models.CharField(max_length=64)
    outcome = models.CharField(max_length=20)
    reason = models.CharField(max_length=300, blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.channel} {self.outcome}"
