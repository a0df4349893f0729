"""One act of spreading: which version, to whom, over which channels, until when."""

import secrets
from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantoa.kernel.access import ScopedQuerySet
from lantoa.kernel.models import User
from lantoa.outreach.enums import BroadcastState, Hold, Urgency
from lantoa.outreach.models.messages import MessageVersion

_BEFORE = [BroadcastState.DRAFT, BroadcastState.APPROVED, BroadcastState.RELEASING]
_AFTER = [BroadcastState.RUNNING, BroadcastState.PAUSED, BroadcastState.DONE]


def fresh_key() -> str:
    """A name for a broadcast that no other installation shares: the stem of every delivery's idempotency key."""
    return secrets.token_hex(8)


class BroadcastQuerySet(ScopedQuerySet["Broadcast"]):
    """Broadcasts of the units one may watch over."""

    permission = "outreach.view_broadcast"

    def released(self) -> "BroadcastQuerySet":
        """Those whose audience is frozen."""
        return self.filter(audience_count__isnull=False)

    def due(self, at: datetime) -> "BroadcastQuerySet":
        """Approved ones whose hour has come."""
        return self.filter(state=BroadcastState.APPROVED, scheduled_for__lte=at, scheduled_by__isnull=False)


class Broadcast(models.Model):
    """A version on its way to an audience. The moves of `state` and the freeze are held by triggers (0002)."""

    key = models.CharField(max_length=16, unique=True, default=fresh_key, editable=False)
    version = models.ForeignKey(MessageVersion, models.PROTECT, related_name="broadcasts")
    title = models.CharField(_("title"), max_length=160)
    unit = models.ForeignKey("territory.Unit", models.PROTECT, related_name="+")
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    segment = models.ForeignKey("audience.Segment", models.PROTECT, null=True, blank=True, related_name="+")
    criteria = models.JSONField(default=dict)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    purpose = models.CharField(_("purpose"), max_length=20)
    month = models.IntegerField(default=0, editable=False)  # the ledger's partition; set by the database
    channels = ArrayField(
        models.CharField(max_length=20), blank=True, verbose_name=_("channels in order of preference")
    )
    placing = models.JSONField(default=dict, blank=True)  # what is put at public outlets: `spread.Spread`, or nothing
    urgency = models.CharField(_("class"), max_length=10, choices=Urgency, default=Urgency.ORDINARY)
    weight = models.PositiveSmallIntegerField(  # of a channel that several broadcasts use
        pgettext_lazy("channel", "share"), default=10
    )
    chain = models.JSONField(default=list)  # fallback steps in order: {"channel": kind, "after": minutes}
    state = models.CharField(max_length=10, choices=BroadcastState, default=BroadcastState.DRAFT)
    held_for = models.CharField(max_length=12, choices=Hold, default=Hold.NONE, blank=True)
    audience_count = models.PositiveIntegerField(null=True, blank=True)
    placement_count = models.PositiveIntegerField(null=True, blank=True)  # of one that is put at outlets, released
    scheduled_for = models.DateTimeField(_("send at"), null=True, blank=True)
    scheduled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    expires_at = models.DateTimeField(_("not after"))
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    released_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = BroadcastQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        verbose_name = _("broadcast")
        verbose_name_plural = _("broadcasts")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=BroadcastState.values), name="outreach_broadcast_state_known"),
            models.CheckConstraint(condition=Q(urgency__in=Urgency.values), name="outreach_broadcast_class_known"),
            models.CheckConstraint(
                condition=Q(state__in=_BEFORE, audience_count=None, released_at=None)
                | Q(state__in=_AFTER, audience_count__isnull=False, released_at__isnull=False)
                | Q(state=BroadcastState.CANCELLED),
                name="outreach_broadcast_counted_when_released",
            ),
            models.CheckConstraint(
                condition=Q(channels__len__gte=1) | ~Q(placing={}), name="outreach_broadcast_has_channels"
            ),
            models.CheckConstraint(
                condition=Q(placing={}, placement_count=None)
                | (~Q(placing={}) & Q(audience_count=None, placement_count=None))
                | (~Q(placing={}) & Q(audience_count__isnull=False, placement_count__isnull=False)),
                name="outreach_broadcast_counts_both",
            ),
            models.CheckConstraint(condition=Q(weight__range=(1, 100)), name="outreach_broadcast_weight"),
        ]

    def __str__(self) -> str:
        return self.title


class Purse(models.Model):
    """A broadcast's budget in đồng: set aside in the claim, corrected by what the provider took. Never overdrawn."""

    broadcast = models.OneToOneField(Broadcast, models.PROTECT, primary_key=True, related_name="purse")
    limit = models.BigIntegerField(_("budget"))
    spent = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(spent__gte=0, limit__gte=0), name="outreach_purse_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.spent}/{self.limit}"
