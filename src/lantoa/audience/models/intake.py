"""How people come in: a list with a stated basis, or their own request confirmed by themselves."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.audience.enums import ImportState, Language, Purpose
from lantoa.audience.models.consent import ConsentWording
from lantoa.audience.models.people import Person
from lantoa.kernel.access import ScopedQuerySet
from lantoa.kernel.models import User


class ContactImportQuerySet(ScopedQuerySet["ContactImport"]):
    """Imports into the units one may bring people into."""

    permission = "audience.import_people"


class ContactImport(models.Model):
    """One uploaded list on its way: kept only until it is imported or given up, then its content goes."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose, default=Purpose.POLICY_NEWS)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    mapping = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    rows = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ContactImportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=[ImportState.UPLOADED, ImportState.MAPPED]) | Q(content=b""),
                name="import_finished_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class SubscriptionRequest(models.Model):
    """Somebody typed an address into the portal; only its owner, by the link sent there, makes it a consent.

    The link's token is derived from `public_id` with the server's secret, so this row cannot confirm itself.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.CharField(max_length=20)
    value = models.CharField(max_length=2000, blank=True)
    digest = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=200, blank=True)
    unit = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, related_name="+")
    hamlet = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=2, choices=Language)
    wordings = models.ManyToManyField(ConsentWording, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(confirmed_at=None, person=None)
                | Q(confirmed_at__isnull=False, person__isnull=False, value="", name=""),
                name="subscription_confirmed_has_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.public_id}"
