"""What people ask about their own data, the links to their own page, and what went wrong with data."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantoa.audience.enums import OPEN_STATES, CameBy, Language, RightKind, RightState
from lantoa.audience.models.people import Address, Person
from lantoa.kernel.access import ScopedQuerySet
from lantoa.kernel.models import User


class OwnPageLink(models.Model):
    """A link to a person's own page, on its way to an address; gone when its time is over.

    It holds the digest of what was typed, never the address. With `person` and `address` it proves a new address of
    theirs: then, and only until it is used, `value` is that address.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, db_index=True)
    value = models.CharField(max_length=320, blank=True, default="")
    language = models.CharField(max_length=2, choices=Language)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    address = models.ForeignKey(Address, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person=None, address=None, value="", used_at=None)
                | Q(person__isnull=False, address__isnull=False) & (Q(used_at=None) & ~Q(value="") | Q(value="")),
                name="own_page_link_opens_or_proves",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="own_page_link_has_time"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.public_id}"


class RightsRequestQuerySet(ScopedQuerySet["RightsRequest"]):
    """Requests of the units one answers for."""

    permission = "audience.handle_rights"

    def open(self) -> Self:
        """Those not yet done or refused."""
        return self.filter(state__in=OPEN_STATES)


class RightsRequest(models.Model):
    """A person asks about their own data: what, when, how it came. Only events move it; see `enums.RIGHT_MOVES`.

    The term is frozen on receipt, the dates follow from it and the working days. `description` stands for a person we
    do not know, or for what they asked in their own words; it is emptied when they are erased.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("what is asked"), max_length=12, choices=RightKind)
    came_by = models.CharField(_("how it came"), max_length=12, choices=CameBy)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="rights_requests")
    description = models.TextField(_("description"), blank=True, default="")
    unit = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, related_name="+")
    third_party = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answer_days = models.PositiveSmallIntegerField()
    complete_days = models.PositiveSmallIntegerField()
    extra_days = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=12, choices=RightState, default=RightState.RECEIVED)

    objects = RightsRequestQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-received_at", "-id"]
        verbose_name = _("request about one's own data")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=RightKind.values), name="rights_kind_known"),
            models.CheckConstraint(condition=Q(came_by__in=CameBy.values), name="rights_door_known"),
            models.CheckConstraint(condition=Q(state__in=RightState.values), name="rights_state_known"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(description=""), name="rights_somebody_or_a_description"
            ),
            models.CheckConstraint(
                condition=Q(came_by=CameBy.OWN_PAGE, opened_by=None, person__isnull=False)
                | ~Q(came_by=CameBy.OWN_PAGE) & Q(opened_by__isnull=False),
                name="rights_opened_by_officer_or_person",
            ),
        ]
        indexes: ClassVar = [
            models.Index("received_at", condition=Q(state__in=sorted(OPEN_STATES)), name="rights_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether something is still owed."""
        return self.state in OPEN_STATES


class RightsEvent(models.Model):
    """One step of a request: answered, given more time, done, refused. Append-only; the database checks the move."""

    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="events")
    state = models.CharField(max_length=12, choices=RightState)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    extra_days = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=RightState.EXTENDED, extra_days__gt=0)
                | ~Q(state=RightState.EXTENDED) & Q(extra_days=None),
                name="rights_extension_has_days",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="rights_step_says_why"),
            models.CheckConstraint(
                condition=Q(state=RightState.COMPLETED) | Q(by__isnull=False), name="rights_step_has_an_officer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.state}"


class DataBreachQuerySet(ScopedQuerySet["DataBreach"]):
    """Breaches in the units one answers for."""

    permission = "audience.handle_rights"

    def waiting(self) -> Self:
        """Those neither notified nor found to need no notice."""
        return self.filter(notified_at=None, no_notice_reason="")


class DataBreach(models.Model):
    """People's data was lost, seen or changed by somebody who should not; the authority's clock runs from detection."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, related_name="+")
    detected_at = models.DateTimeField(_("detected"))
    what = models.TextField(_("what happened"))
    people = models.PositiveIntegerField(_("how many people"), null=True)
    harm = models.TextField(_("possible harm"))
    notice_hours = models.PositiveSmallIntegerField()
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    notified_at = models.DateTimeField(null=True)
    notice_reference = models.CharField(max_length=120, blank=True, default="")
    no_notice_reason = models.TextField(blank=True, default="")

    objects = DataBreachQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-detected_at", "-id"]
        verbose_name = _("data breach")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(detected_at__lte=F("reported_at")), name="breach_detected_before_report"
            ),
            models.CheckConstraint(condition=~Q(what="") & ~Q(harm=""), name="breach_is_described"),
            models.CheckConstraint(
                condition=Q(notified_at=None, notice_reference="")
                | Q(notified_at__gte=F("detected_at")) & ~Q(notice_reference=""),
                name="breach_notice_has_reference",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def notify_by(self) -> datetime:
        """When the authority must know at the latest; hours run through nights and days off."""
        return self.detected_at + timedelta(hours=self.notice_hours)

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be notified, or found to need no notice."""
        return self.notified_at is None and not self.no_notice_reason
