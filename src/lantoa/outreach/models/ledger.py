"""The delivery ledger: one narrow row for each person of a broadcast, and the history beside it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.outreach.enums import DeliveryState, Reason, ReceiptStatus, Step
from lantoa.outreach.models.broadcasts import Broadcast
from lantoa.outreach.models.messages import MessageVersion


class Delivery(models.Model):
    """One person's message. Made only by release, never deleted; moves as `enums.MOVES` says, held by a trigger.

    `not_before` is set exactly while a worker may take the row; `lease_until` exactly while one holds it.
    `person_id` and `address_id` are numbers, not keys: erasure empties the vault and leaves the count. Broadcast and
    version are checked once a statement by the trigger that guards membership, not once a row.
    """

    broadcast = models.ForeignKey(
        Broadcast, models.PROTECT, related_name="deliveries", db_index=False, db_constraint=False
    )
    version = models.ForeignKey(MessageVersion, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    person_id = models.BigIntegerField()
    address_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField()
    hamlet_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=20, default="none")
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    reason = models.CharField(max_length=20, choices=Reason, default=Reason.NONE, blank=True)
    attempt = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    generation = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    account_id = models.BigIntegerField(null=True)
    provider_id = models.CharField(max_length=100, default="")
    cost = models.PositiveSmallIntegerField(default=0)
    accepted_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["broadcast", "person_id"], name="outreach_delivery_person_once"),
            models.UniqueConstraint(fields=["version", "person_id", "address_id"], name="outreach_delivery_text_once"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="outreach_delivery_state_known"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.SENDING, lease_until__isnull=False, attempt__isnull=False)
                | ~Q(state=DeliveryState.SENDING) & Q(lease_until=None),
                name="outreach_delivery_lease_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(not_before=None) & ~Q(state=DeliveryState.PENDING)
                | Q(not_before__isnull=False, state__in=[DeliveryState.PENDING, DeliveryState.UNKNOWN]),
                name="outreach_delivery_due_while_waiting",
            ),
            models.CheckConstraint(
                condition=Q(address_id__isnull=False) & ~Q(channel="none") | Q(state=DeliveryState.SUPPRESSED),
                name="outreach_delivery_has_address",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                "broadcast",
                "channel",
                "not_before",
                condition=Q(not_before__isnull=False),
                name="outreach_delivery_due",
            ),
            models.Index(
                "broadcast", "lease_until", condition=Q(lease_until__isnull=False), name="outreach_delivery_leased"
            ),
            models.Index("provider_id", condition=~Q(provider_id=""), name="outreach_delivery_provider"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.state}"


class DeliveryAttempt(models.Model):
    """History of one delivery, append-only: the intent before each call, and every end but plain acceptance
    (which the delivery itself carries)."""

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

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inbound_id", "provider_id", "key", "state"], name="outreach_receipt_once"),
        ]
        indexes: ClassVar = [
            models.Index("received_at", condition=Q(status=ReceiptStatus.PARKED), name="outreach_receipt_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state} {self.status}"


class AccountPace(models.Model):
    """One account's rate, shared by every worker on every machine: when what has been claimed will be paid for."""

    account_id = models.BigIntegerField(primary_key=True)
    free_at = models.DateTimeField()

    class Meta:
        verbose_name = _("account pace")

    def __str__(self) -> str:
        return f"{self.account_id}"
