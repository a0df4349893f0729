"""Organisations, posts and successions through time: identity apart from what is dated.

The database keeps the rules (see migration 0002): versions and posts never overlap and are only ever closed,
successions are append-only and never turn in a circle.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantoa.agencies.enums import AgencyKind
from lantoa.kernel.enums import Role


def never_overlapping(name: str, *fields: str) -> ExclusionConstraint:
    """At most one row a day for the same values of these fields."""
    return ExclusionConstraint(
        name=name,
        expressions=[*((field, RangeOperators.EQUAL) for field in fields), ("valid", RangeOperators.OVERLAPS)],
    )


def some_days(name: str) -> models.CheckConstraint:
    """The range holds at least one day and has a first one."""
    return models.CheckConstraint(condition=Q(valid__isempty=False, valid__lower_inf=False), name=name)


class Agency(models.Model):
    """An organisation itself: an identity that outlives its names and its place."""

    versions: "models.Manager[AgencyVersion]"
    posts: "models.Manager[Post]"

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")

    def __str__(self) -> str:
        return f"#{self.pk}"


class AgencyVersion(models.Model):
    """What an agency was called, what it was, under whom and for which unit, from one day to another."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="versions")
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=120, blank=True)
    folded = models.CharField(max_length=330, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=AgencyKind.choices)
    parent = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="child_versions")
    unit = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    valid = DateRangeField(_("in force"))
    decision = models.CharField(_("decision"), max_length=120, blank=True)
    sort_key = models.CharField(max_length=800, db_collation="C", editable=False)

    class Meta:
        verbose_name = _("version of an agency")
        ordering: ClassVar = ["sort_key", "id"]
        constraints: ClassVar[list[Any]] = [
            never_overlapping("agency_version_no_overlap", "agency"),
            some_days("agency_version_valid_range"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("agency")), name="agency_not_its_own_parent"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="agency_version_named"),
        ]
        indexes: ClassVar[list[Any]] = [
            GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name="agency_version_folded")
        ]

    def __str__(self) -> str:
        return self.name


class Subject(models.Model):
    """A field of work that can pass from one agency to another, such as poverty reduction."""

    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("field of work")
        ordering: ClassVar = ["slug"]

    def __str__(self) -> str:
        return self.name


class Succession(models.Model):
    """From a day on, one agency answers for what another was asked: for one subject, or (no subject) for everything."""

    from_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="successions_on")
    to_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="successions_back")
    subject = models.ForeignKey(Subject, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("from"))
    decision = models.CharField(_("decision"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("succession")
        ordering: ClassVar = ["on", "id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["from_agency", "to_agency", "subject"], nulls_distinct=False, name="succession_once"
            ),
            models.CheckConstraint(condition=~Q(from_agency=F("to_agency")), name="succession_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.from_agency_id} → {self.to_agency_id}"


class Post(models.Model):
    """A person holds a role at an agency from one day to another. Deputies and hand-overs are posts too.

    A post is never deleted and only ever closed: it is the sole source of access.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="posts")
    title = models.CharField(pgettext_lazy("post", "title"), max_length=120, blank=True)
    acting = models.BooleanField(_("acting"), default=False)
    basis = models.CharField(_("decision or reason"), max_length=200, blank=True)
    valid = DateRangeField(_("in force"))

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering: ClassVar = ["role", "id"]
        constraints: ClassVar[list[Any]] = [
            never_overlapping("post_no_overlap", "user", "role", "agency"),
            some_days("post_valid_range"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
