"""People as shells, and the vault that alone knows their names and addresses."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantoa.audience.enums import GroupKind, Language
from lantoa.kernel.access import ScopedQuerySet


class PersonQuerySet(ScopedQuerySet["Person"]):
    """People, for those who may see that a person is there; never their names."""

    permission = "audience.view_people"

    def present(self) -> "PersonQuerySet":
        """Those not erased."""
        return self.filter(erased_at=None)


class Person(models.Model):
    """One who may be written to: where, in which language, on what legal basis. The name lives in the vault."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, related_name="+")
    hamlet = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.VIETNAMESE)
    preferred_channel = models.CharField(_("preferred channel"), max_length=20, null=True, blank=True)
    source = models.CharField(_("source"), max_length=80)
    legal_basis = models.CharField(_("legal basis"), max_length=300)
    created_at = models.DateTimeField(_("known since"))
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(language__in=Language.values), name="person_language_known"),
            models.CheckConstraint(condition=~Q(legal_basis=""), name="person_has_legal_basis"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit"], condition=Q(erased_at__isnull=False), name="person_erased_by_unit"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class VaultName(models.Model):
    """The vault: what a person is called. Emptied by erasure."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True, related_name="+")
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "audience_vault_name"

    def __str__(self) -> str:
        return f"#{self.pk}"


class Address(models.Model):
    """The vault: one address of a person on one channel; a phone may be shared by several people.

    `digest` is what the rest of the house compares: a keyed hash of channel and normalised value.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="addresses")
    channel = models.CharField(max_length=20)
    value = models.CharField(max_length=2000, blank=True)
    digest = models.CharField(max_length=64, db_index=True)
    usable = models.BooleanField(default=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "channel", "digest"], name="address_once_a_person"),
            models.CheckConstraint(
                condition=Q(erased_at=None) & ~Q(value="") | Q(erased_at__isnull=False, value="", usable=False),
                name="address_erased_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} #{self.pk}"


class AudienceGroup(models.Model):
    """An audience of the plan or a programme; membership of a sensitive one is never shown person by person."""

    code = models.SlugField(unique=True)
    kind = models.CharField(max_length=12, choices=GroupKind, default=GroupKind.AUDIENCE)
    name_vi = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    sensitive = models.BooleanField(_("sensitive"), default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "code"]
        verbose_name = _("group")
        verbose_name_plural = _("groups")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if (get_language() or "vi").startswith("en") else self.name_vi


class GroupMembership(models.Model):
    """A person belongs to a group for some time; status changes are new rows, never edits."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    group = models.ForeignKey(AudienceGroup, on_delete=models.PROTECT, related_name="+")
    valid = DateRangeField()
    source = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("person", "group", models.Func("valid", function="lower"), name="membership_once"),
            models.CheckConstraint(condition=Q(valid__isempty=False), name="membership_has_days"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["group", "person"], include=["valid"], name="audience_membership_days"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.group_id}"
