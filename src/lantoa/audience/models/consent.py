"""Consent as dated events, the state they add up to, and what silences an address whatever was agreed."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lantoa.audience.enums import ConsentKind, Language, Means, Purpose, SuppressionReason
from lantoa.audience.models.people import Address, Person
from lantoa.kernel.models import User


class ConsentWording(models.Model):
    """The exact words a person agreed to; a change is a new version. The database refuses UPDATE and DELETE."""

    purpose = models.CharField(max_length=20, choices=Purpose)
    version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=2, choices=Language)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["purpose", "-version", "language"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["purpose", "version", "language"], name="wording_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version} {self.language}"


class ConsentEvent(models.Model):
    """A person said yes or no to one purpose on one channel. Append-only; silence makes no row.

    `proof` names the evidence (file hash and row, request, ip prefix), never a name or an address.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consent_events")
    purpose = models.CharField(max_length=20, choices=Purpose)
    channel = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=ConsentKind)
    at = models.DateTimeField()
    wording = models.ForeignKey(ConsentWording, on_delete=models.PROTECT, null=True, related_name="+")
    means = models.CharField(max_length=20, choices=Means)
    proof = models.JSONField(default=dict)
    operator = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["at", "id"]
        indexes: ClassVar = [models.Index(fields=["person", "at"])]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=ConsentKind.values), name="consent_event_kind_known"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="consent_event_purpose_known"),
            models.CheckConstraint(
                condition=~Q(kind=ConsentKind.GIVEN) | Q(wording__isnull=False), name="consent_given_to_a_wording"
            ),
            models.CheckConstraint(condition=~Q(proof={}), name="consent_event_has_proof"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.purpose} {self.channel} {self.kind}"


class Consent(models.Model):
    """Where a person stands on one purpose and channel: the latest event by (at, id), kept by a trigger."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose)
    channel = models.CharField(max_length=20)
    given = models.BooleanField()
    at = models.DateTimeField()
    event = models.ForeignKey(ConsentEvent, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "purpose", "channel"], name="consent_one_state"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.purpose} {self.channel} {self.given}"


class Suppression(models.Model):
    """Nothing goes to this address (channel and digest) or to this person, until lifted."""

    channel = models.CharField(max_length=20, null=True)
    digest = models.CharField(max_length=64, null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=20, choices=SuppressionReason)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(channel__isnull=False, digest__isnull=False, person=None)
                | Q(channel=None, digest=None, person__isnull=False),
                name="suppression_of_address_or_person",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | Q(lifted_at__gte=F("at")), name="suppression_lifted_after"
            ),
            models.UniqueConstraint(
                fields=["channel", "digest"], condition=Q(lifted_at=None), name="suppression_address_once"
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(lifted_at=None, person__isnull=False),
                name="suppression_person_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} #{self.pk}"


class Reach(models.Model):
    """The view `audience_reach`: one row for each usable address × purpose now agreed to; see migration 0002."""

    address = models.OneToOneField(Address, on_delete=models.DO_NOTHING, primary_key=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.DO_NOTHING, related_name="+")
    channel = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    unit = models.ForeignKey("territory.Unit", on_delete=models.DO_NOTHING, related_name="+")
    hamlet = models.ForeignKey("territory.Unit", on_delete=models.DO_NOTHING, null=True, related_name="+")
    language = models.CharField(max_length=2)
    purpose = models.CharField(max_length=20)
    preference = models.IntegerField()

    class Meta:
        managed = False
        db_table = "audience_reach"

    def __str__(self) -> str:
        return f"{self.address_id} {self.purpose}"
