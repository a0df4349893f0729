"""Pages, what stands on them, who is told when that changes, and what still has to be told."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantoa.announcements.enums import Language, Mode, Standing


class AnnouncementPage(models.Model):
    """One page of items with its feeds: the province's own, or one for an agency."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("name in addresses"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("announcement page")
        verbose_name_plural = _("announcement pages")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Announcement(models.Model):
    """One message on one page in one language. Its ``public_id`` is its name for ever: new words for the same message
    (the same ``about``) change the row, its ``updated_at`` and nothing of its name. Never deleted: what was taken away
    keeps its row, so that readers can be told.

    ``key`` is the placing that wrote it last.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    page = models.ForeignKey(AnnouncementPage, models.PROTECT, related_name="items")
    language = models.CharField(_("language"), max_length=2, choices=Language)
    about = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    title = models.CharField(_("title"), max_length=300)
    text = models.TextField(_("text"))
    link = models.URLField(max_length=1000, blank=True, default="")
    source = models.CharField(_("who says it"), max_length=200, blank=True, default="")
    legal_basis = models.CharField(max_length=300, blank=True, default="")
    published_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering: ClassVar = ["-published_at", "-id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["page", "language", "about"], name="announcements_item_once"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="announcements_item_language_known"),
            models.CheckConstraint(
                condition=Q(updated_at__gte=F("published_at")), name="announcements_item_updated_later"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("published_at")),
                name="announcements_item_withdrawn_later",
            ),
            models.CheckConstraint(condition=~Q(about="") & ~Q(key="") & ~Q(title=""), name="announcements_item_named"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["page", "language", "-published_at"], name="announcements_item_newest"),
            models.Index("key", name="announcements_item_key"),
        ]

    def __str__(self) -> str:
        return self.title


class HubSubscriber(models.Model):
    """Who is told when a feed changes: they asked, and proved that they meant it (WebSub §5.3)."""

    topic = models.CharField(max_length=300)
    callback = models.CharField(max_length=2000)
    callback_sha256 = models.CharField(max_length=64)
    sealed_secret = models.BinaryField(default=b"")
    lease_until = models.DateTimeField()
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("feed subscriber")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["topic", "callback_sha256"], name="announcements_subscriber_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index("topic", condition=Q(ended_at=None), name="announcements_subscriber_topic"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class HubWish(models.Model):
    """A wish to be told, or no longer: asked back at its callback before it counts."""

    mode = models.CharField(max_length=12, choices=Mode)
    topic = models.CharField(max_length=300)
    callback = models.CharField(max_length=2000)
    host = models.CharField(max_length=253)
    sealed_secret = models.BinaryField(default=b"")
    lease_seconds = models.PositiveIntegerField()
    challenge = models.CharField(max_length=64)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("wish of a feed subscriber")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="announcements_wish_mode_known"),
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="announcements_wish_standing_known"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index("not_before", condition=Q(standing=Standing.WAITING), name="announcements_wish_due"),
            models.Index("host", "asked_at", name="announcements_wish_host"),
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.pk}"


class HubPush(models.Model):
    """A changed feed to be told to one subscriber, or (``hub``) to another hub. One waiting push a receiver and feed is
    enough: it carries the feed as it is when it goes.
    """

    subscriber = models.ForeignKey(HubSubscriber, models.CASCADE, null=True, related_name="pushes")
    hub = models.CharField(max_length=300, blank=True, default="")
    topic = models.CharField(max_length=300)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    serial = models.PositiveIntegerField(default=1)  # grows when the feed changes again while the push waits
    not_before = models.DateTimeField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("push to a feed subscriber")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="announcements_push_standing_known"),
            models.CheckConstraint(
                condition=Q(subscriber__isnull=False, hub="") | (Q(subscriber=None) & ~Q(hub="")),
                name="announcements_push_to_one",
            ),
            models.UniqueConstraint(
                fields=["subscriber", "hub", "topic"], nulls_distinct=False, condition=Q(standing=Standing.WAITING),
                name="announcements_push_waits_once",
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[Any]] = [
            models.Index("not_before", condition=Q(standing=Standing.WAITING), name="announcements_push_due"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
