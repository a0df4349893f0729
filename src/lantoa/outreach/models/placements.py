"""Placements: one row for each outlet of a broadcast, its history and the proofs that it was there."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import ScopedQuerySet
from lantoa.kernel.models import User
from lantoa.outreach.models.broadcasts import Broadcast
from lantoa.outreach.placement_enums import OPEN, PlacementReason, PlacementState, PlacementStep

_S = PlacementState
_AWAITED = [_S.ACCEPTED, _S.MISSED, _S.PLANNED, _S.SENDING]  # in the order of the migration
_NEVER_THERE = [_S.PLANNED, _S.SENDING, _S.UNKNOWN, _S.ACCEPTED, _S.FAILED, _S.MISSED, _S.CANCELLED]


class PlacementQuerySet(ScopedQuerySet["Placement"]):
    """Placements at the outlets of the units one may watch over, whoever's broadcast they belong to."""

    permission = "outreach.view_placement"

    def open(self) -> "PlacementQuerySet":
        """Those a broadcast still waits for."""
        return self.filter(Q(state__in=OPEN) | Q(state=_S.UNKNOWN, not_before__isnull=False))


class Placement(models.Model):
    """One broadcast's message at one outlet. Made only by release, never deleted; `state` moves as
    `placement_enums.PLACEMENT_MOVES` says, held by a trigger (0007), and becomes `done` only with a proof or a
    provider's word.

    `key` is the idempotency key, the same on every attempt; a person's retry after a proven failure begins a new
    generation and with it a new key. `not_before` is when a worker may take it; none, when none ever will. `starts_at`
    is when its outlet was told to begin, kept before it is told; none where the outlet has no programme.
    """

    broadcast = models.ForeignKey(Broadcast, models.PROTECT, related_name="placements")
    outlet = models.ForeignKey("outlets.Outlet", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    unit = models.ForeignKey("territory.Unit", models.PROTECT, related_name="+")
    account_id = models.BigIntegerField(null=True)  # the one it was first carried by
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=10, choices=PlacementState, default=PlacementState.PLANNED)
    reason = models.CharField(max_length=20, choices=PlacementReason, default=PlacementReason.NONE, blank=True)
    key = models.CharField(max_length=64, unique=True)
    generation = models.PositiveSmallIntegerField(default=0)
    link_serial = models.PositiveSmallIntegerField(default=0)  # a new one closes the links given out before
    attempt = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    starts_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    provider_id = models.CharField(max_length=100, default="", blank=True)
    accepted_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    quantity = models.PositiveIntegerField(default=1)
    quantity_done = models.PositiveIntegerField(null=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["broadcast", "outlet"], name="outreach_placement_once"),
            models.CheckConstraint(condition=Q(state__in=_S.values), name="outreach_placement_state_known"),
            models.CheckConstraint(
                condition=Q(state=_S.SENDING, lease_until__isnull=False, attempt__isnull=False, not_before=None)
                | (~Q(state=_S.SENDING) & Q(lease_until=None)),
                name="outreach_placement_held_by_lease",
            ),
            models.CheckConstraint(
                condition=Q(state=_S.DONE, done_at__isnull=False)
                | Q(state=_S.WITHDRAWN)
                | Q(state__in=_NEVER_THERE, done_at=None, quantity_done=None),
                name="outreach_placement_done_with_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=_S.ACCEPTED) | Q(accepted_at__isnull=False),
                name="outreach_placement_accepted_with_its_time",
            ),
            models.CheckConstraint(
                condition=Q(not_before=None) | Q(state__in=[_S.PLANNED, _S.UNKNOWN]),
                name="outreach_placement_waits_only_open",
            ),
        ]
        indexes: ClassVar = [
            models.Index("broadcast", "kind", "state", name="outreach_placement_tally"),
            models.Index("kind", "not_before", condition=Q(not_before__isnull=False), name="outreach_placement_due"),
            models.Index("lease_until", condition=Q(lease_until__isnull=False), name="outreach_placement_leased"),
            models.Index("provider_id", condition=~Q(provider_id=""), name="outreach_placement_named"),
            models.Index("unit", condition=Q(state__in=_AWAITED), name="outreach_placement_open"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"


class PlacementProof(models.Model):
    """What shows that a placement was there: when, how many, in words, in a picture. Append-only: a wrong one is undone
    by a row of the history that names it.

    `photo` names a private file (`kernel.private_files`). Given by a person of the house, or by whoever held the link.
    """

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="proofs")
    at = models.DateTimeField()
    count = models.PositiveIntegerField(null=True)
    words = models.CharField(max_length=500, blank=True, default="")
    photo = models.CharField(max_length=100, blank=True, default="")
    photo_sha256 = models.CharField(max_length=64, blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by_link = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("proof")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(by__isnull=False, by_link=False) | Q(by=None, by_link=True),
                name="outreach_proof_by_one_of_two",
            ),
            models.CheckConstraint(
                condition=Q(photo="", photo_sha256="") | (~Q(photo="") & ~Q(photo_sha256="")),
                name="outreach_proof_photo_with_its_hash",
            ),
            models.CheckConstraint(condition=Q(at__lte=models.F("recorded_at")), name="outreach_proof_not_ahead"),
        ]

    def __str__(self) -> str:
        return f"{self.placement_id} {self.at}"


class PlacementEvent(models.Model):
    """History of one placement, append-only: who or what, when, from where to where."""

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="history")
    step = models.CharField(max_length=10, choices=PlacementStep)
    before = models.CharField(max_length=10, choices=PlacementState)
    after = models.CharField(max_length=10, choices=PlacementState)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    account_id = models.BigIntegerField(null=True)
    attempt = models.UUIDField(null=True)
    proof = models.ForeignKey(PlacementProof, models.PROTECT, null=True, related_name="told")
    note = models.CharField(max_length=300, default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("event of a placement")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(step__in=PlacementStep.values), name="outreach_placed_step_known"),
            models.CheckConstraint(
                condition=~Q(step__in=[PlacementStep.CONFIRMED, PlacementStep.UNDONE]) | Q(proof__isnull=False),
                name="outreach_placed_names_its_proof",
            ),
            models.UniqueConstraint(
                fields=["proof"], condition=Q(step=PlacementStep.UNDONE), name="outreach_proof_undone_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement_id} {self.step}"
