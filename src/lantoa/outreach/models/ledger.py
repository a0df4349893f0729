"""The delivery ledger: one row for each person of a broadcast, the small hot tables that move it, and its history."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.outreach.enums import STORED, VISIT, DeliveryState, Reason, ReceiptStatus, Step
from lantoa.outreach.models.broadcasts import Broadcast
from lantoa.outreach.models.messages import MessageVersion


class Delivery(models.Model):
    """One person's message: the ledger. Made only by release and by a fallback step, never deleted; `state` moves as
    `enums.MOVES` says, held by a trigger.

    The table is partitioned by `month` (yyyymm, of the day its wording was frozen), so that old months can be put away
    and every unique key holds within one partition. What a worker needs to find a row again stands in `Outbox`, so that
    a completion touches no index here. `person_id` and `address_id` are numbers, not keys: erasure empties the vault
    and leaves the count.
    """

    month = models.IntegerField(default=0)
    broadcast = models.ForeignKey(
        Broadcast, models.PROTECT, related_name="deliveries", db_index=False, db_constraint=False
    )
    version = models.ForeignKey(MessageVersion, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    person_id = models.BigIntegerField()
    address_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField()
    hamlet_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    accepted_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    attempt = models.UUIDField(null=True)  # the one whose answer may still come, while in doubt
    step = models.PositiveSmallIntegerField(default=0)  # 0, or the place in the broadcast's fallback chain
    attempts = models.PositiveSmallIntegerField(default=0)
    generation = models.PositiveSmallIntegerField(default=0)
    units = models.PositiveSmallIntegerField(default=0)  # cost units planned
    cost = models.PositiveSmallIntegerField(default=0)  # cost units taken by the provider
    moved_on = models.BooleanField(default=False)  # the person went on to a later step; counted there
    channel = models.CharField(max_length=20, default="none")
    language = models.CharField(max_length=2)  # of the form that goes out, not of its reader; empty where none does
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    reason = models.CharField(max_length=20, choices=Reason, default=Reason.NONE, blank=True)
    provider_id = models.CharField(max_length=100, default="")

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["month", "broadcast", "person_id"],
                condition=Q(moved_on=False),
                name="outreach_delivery_person_once",
            ),
            models.UniqueConstraint(
                fields=["month", "version", "person_id", "address_id"], name="outreach_delivery_text_once"
            ),
            models.CheckConstraint(condition=Q(state__in=STORED), name="outreach_delivery_state_known"),
            models.CheckConstraint(
                condition=Q(address_id__isnull=False) & ~Q(channel="none")
                | Q(state=DeliveryState.SUPPRESSED)
                | Q(channel=VISIT),
                name="outreach_delivery_has_address",
            ),
            models.CheckConstraint(
                condition=~Q(language="") | Q(channel__in=["none", VISIT]), name="outreach_delivery_has_language"
            ),
        ]
        indexes: ClassVar = [models.Index("broadcast", "channel", "id", name="outreach_delivery_feed")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.state}"


class Feed(models.Model):
    """Deliveries of a broadcast on one channel that no worker has touched yet: those after `cursor` up to `last`.

    A claim reads the next ones in order and moves the cursor in the same transaction; a trigger refuses a cursor that
    passes over anybody who is neither settled nor in the outbox.
    """

    broadcast = models.ForeignKey(Broadcast, models.PROTECT, related_name="feeds")
    channel = models.CharField(max_length=20)
    cursor = models.BigIntegerField()
    last = models.BigIntegerField()
    not_before = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(cursor__lte=models.F("last")), name="outreach_feed_within"),
        ]
        indexes: ClassVar = [
            models.Index("broadcast", "channel", condition=Q(cursor__lt=models.F("last")), name="outreach_feed_open"),
        ]

    def __str__(self) -> str:
        return f"{self.broadcast_id} {self.channel} {self.cursor}/{self.last}"


class Outbox(models.Model):
    """The hot table, small whatever the ledger's size: deliveries in a worker's hands and those put off to an hour.

    `lease_until` with `attempt` while a worker holds it, `not_before` while it waits: never both, never neither.
    """

    delivery_id = models.BigIntegerField(primary_key=True)
    month = models.IntegerField()
    broadcast = models.ForeignKey(Broadcast, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    attempt = models.UUIDField(null=True)
    not_before = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    account_id = models.BigIntegerField(null=True)
    reserved = models.IntegerField(default=0)  # đồng set aside from the broadcast's budget for this attempt
    attempts = models.PositiveSmallIntegerField(default=0)
    channel = models.CharField(max_length=20)
    reason = models.CharField(max_length=20, choices=Reason, default=Reason.NONE, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(lease_until__isnull=False, attempt__isnull=False, not_before=None)
                | Q(lease_until=None, attempt=None, not_before__isnull=False),
                name="outreach_outbox_held_or_waiting",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                "broadcast", "channel", "not_before", condition=Q(not_before__isnull=False), name="outreach_outbox_due"
            ),
            models.Index("lease_until", condition=Q(lease_until__isnull=False), name="outreach_outbox_leased"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Standing(models.Model):
    """The view `outreach_standing`: the ledger as people see it, what a worker holds shown as `sending`."""

    id = models.BigIntegerField(primary_key=True)
    broadcast = models.ForeignKey(Broadcast, models.DO_NOTHING, related_name="+")
    person_id = models.BigIntegerField()
    address_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField()
    hamlet_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=2)
    step = models.PositiveSmallIntegerField()
    moved_on = models.BooleanField()
    state = models.CharField(max_length=10, choices=DeliveryState)
    reason = models.CharField(max_length=20, choices=Reason)
    attempts = models.PositiveSmallIntegerField()
    cost = models.PositiveSmallIntegerField()
    not_before = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "outreach_standing"

    def __str__(self) -> str:
        return f"#{self.pk} {self.state}"


class Handover(models.Model):
    """A provider's own id for a delivery, kept where its receipts name nothing else; one for each part of a long text
    whose parts it reports apart: they are `siblings`, itself among them, and the delivery is delivered when all are."""

    provider_id = models.CharField(max_length=100)
    account_id = models.BigIntegerField()
    delivery_id = models.BigIntegerField()
    month = models.IntegerField()
    siblings = ArrayField(models.CharField(max_length=100), default=list, db_default=[])
    arrived = models.BooleanField(default=False, db_default=False)  # this part, where there are several

    class Meta:
        indexes: ClassVar = [models.Index("provider_id", "account_id", name="outreach_handover_found")]

    def __str__(self) -> str:
        return f"#{self.delivery_id}"


class Contacted(models.Model):
    """When a number was last written to on a channel that caps how often: at most the last few attempts of a day."""

    channel = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    times = ArrayField(models.DateTimeField())
    deliveries = ArrayField(models.BigIntegerField())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "digest"], name="outreach_contacted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {len(self.times)}"


class DeliveryAttempt(models.Model):
    """History of one delivery, append-only: every end of an attempt but plain acceptance (which the delivery itself
    carries), and what people did."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="history", db_constraint=False)
    attempt = models.UUIDField(null=True)
    step = models.CharField(max_length=10, choices=Step)
    account_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300, default="")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(step__in=Step.values), name="outreach_attempt_step_known"),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.step}"


class ParkedReceipt(models.Model):
    """A provider's receipt, kept once: applied, moot, or waiting for a delivery that is not (yet) in that place."""

    inbound_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    provider_id = models.CharField(max_length=100, default="")
    key = models.CharField(max_length=64, default="")
    state = models.CharField(max_length=10)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=ReceiptStatus, default=ReceiptStatus.PARKED)
    delivery_id = models.BigIntegerField(null=True)
    placement_id = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inbound_id", "provider_id", "key", "state"], name="outreach_receipt_once"),
        ]
        indexes: ClassVar = [
            models.Index("received_at", condition=Q(status=ReceiptStatus.PARKED), name="outreach_receipt_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state} {self.status}"
