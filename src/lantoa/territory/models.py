"""Administrative units through time: identity apart from name, code, kind and place, which are dated.

The database keeps the rules (see migration 0002): versions and codes never overlap, are only ever closed and never
rewritten; a parent lives as long as its child; events and lineage are append-only; the closure follows every change.
"""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantoa.territory.enums import GSO, DesignationKind, EventKind, RunKind, SheetKind, UnitKind


def never_overlapping(name: str, *fields: str) -> ExclusionConstraint:
    """At most one row a day for the same values of these fields."""
    return ExclusionConstraint(
        name=name,
        expressions=[*((field, RangeOperators.EQUAL) for field in fields), ("valid", RangeOperators.OVERLAPS)],
    )


class Unit(models.Model):
    """A unit itself: an identity that outlives its names and codes, and never stands for another unit."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    versions: "models.Manager[UnitVersion]"
    codes: "models.Manager[UnitCode]"

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return f"#{self.pk}"


class UnitVersion(models.Model):
    """What a unit was called, what it was and where it belonged, from one day to another."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="versions")
    name = models.CharField(_("name"), max_length=120, help_text=_("with its kind, as in “Xã Khánh Hòa”"))
    short_name = models.CharField(_("short name"), max_length=100)
    folded = models.CharField(max_length=120, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind.choices)
    level = models.PositiveSmallIntegerField(_("level"))
    parent = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="child_versions")
    valid = DateRangeField(_("in force"))
    decision = models.CharField(_("decision"), max_length=120, blank=True)
    sort_key = models.CharField(max_length=400, db_collation="C", editable=False)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("version of a unit")
        ordering: ClassVar = ["level", "sort_key", "id"]
        constraints: ClassVar[list[Any]] = [
            never_overlapping("unit_version_no_overlap", "unit"),
            models.CheckConstraint(
                condition=Q(valid__isempty=False, valid__lower_inf=False), name="unit_version_valid_range"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("unit")), name="unit_version_not_its_own_parent"
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(short_name=""), name="unit_version_named"),
        ]
        indexes: ClassVar[list[Any]] = [
            GistIndex(fields=["parent", "valid"], name="unit_version_children"),
            GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name="unit_version_folded"),
        ]

    def __str__(self) -> str:
        return self.name


class UnitCode(models.Model):
    """A code a unit bore; the same code has named other units on other days."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="codes")
    scheme = models.CharField(max_length=20, default=GSO)
    code = models.CharField(_("code"), max_length=20)
    valid = DateRangeField(_("in force"))

    class Meta:
        verbose_name = _("code of a unit")
        constraints: ClassVar[list[Any]] = [
            never_overlapping("unit_code_one_per_unit", "unit", "scheme"),
            never_overlapping("unit_code_one_unit_per_code", "scheme", "code"),
            models.CheckConstraint(
                condition=Q(valid__isempty=False, valid__lower_inf=False), name="unit_code_valid_range"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class UnitEvent(models.Model):
    """Something that happened to units on a day, by a decision.

    When the sources give no day, `on` is the latest possible one, `on_is_exact` is false, `not_before` is the earliest
    and the note says why.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=EventKind.choices)
    on = models.DateField(_("in force on"))
    on_is_exact = models.BooleanField(_("the day is certain"), default=True)
    not_before = models.DateField(_("not before"), null=True, blank=True)
    decision = models.CharField(_("decision"), max_length=120, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("event of units")
        ordering: ClassVar = ["on", "id"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(on_is_exact=True, not_before__isnull=True)
                | Q(on_is_exact=False, not_before__isnull=False, not_before__lte=F("on")),
                name="unit_event_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on:%d/%m/%Y}"


class UnitLineage(models.Model):
    """One thread of what became of what, many-to-many.

    No `from_unit`: the record begins here. No `to_unit`: it ends here. `share` is the part of `from_unit` that passed
    over, if a source states it: 1 is the whole; empty means unstated, so totals cannot be split along it.
    """

    event = models.ForeignKey(UnitEvent, on_delete=models.PROTECT, related_name="lineage")
    from_unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="lineage_on")
    to_unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="lineage_back")
    share = models.DecimalField(_("share"), max_digits=7, decimal_places=6, null=True, blank=True)
    basis = models.CharField(_("basis"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("lineage")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["event", "from_unit", "to_unit"], nulls_distinct=False, name="unit_lineage_once"
            ),
            models.CheckConstraint(
                condition=Q(from_unit__isnull=False) | Q(to_unit__isnull=False), name="unit_lineage_has_an_end"
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gt=0, share__lte=1), name="unit_lineage_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_unit_id} → {self.to_unit_id}"


class Designation(models.Model):
    """A status of a unit by decision, from one day to another."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="designations")
    kind = models.CharField(_("designation"), max_length=20, choices=DesignationKind.choices)
    decision = models.CharField(_("decision"), max_length=120)
    valid = DateRangeField(_("in force"))

    class Meta:
        verbose_name = _("designation")
        ordering: ClassVar = ["kind", "id"]
        constraints: ClassVar[list[Any]] = [
            never_overlapping("designation_no_overlap", "unit", "kind"),
            models.CheckConstraint(
                condition=Q(valid__isempty=False, valid__lower_inf=False), name="designation_valid_range"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class UnitClosure(models.Model):
    """Who lies under whom, and when; a cache of the parent pointers that the database itself keeps."""

    ancestor = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    descendant = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    depth = models.PositiveSmallIntegerField()
    valid = DateRangeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            never_overlapping("unit_closure_once", "ancestor", "descendant"),
        ]

    def __str__(self) -> str:
        return f"{self.ancestor_id} ⊃ {self.descendant_id}"


class ImportRun(models.Model):
    """One import: what was asked, what it brought, when and by whom."""

    kind = models.CharField(max_length=20, choices=RunKind.choices)
    subject = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("import")
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"


class Disagreement(models.Model):
    """A place where the sources of an import say different things, what each says and what was taken."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="disagreements")
    code = models.CharField(_("code"), max_length=20)
    about = models.CharField(_("about"), max_length=200)
    readings = models.JSONField(_("what each source says"))
    taken = models.CharField(_("what was taken"), max_length=300)

    class Meta:
        verbose_name = _("disagreement of sources")
        ordering: ClassVar = ["code", "id"]

    def __str__(self) -> str:
        return f"{self.code}: {self.about}"


class ListDraft(models.Model):
    """A list somebody handed in and has not yet confirmed; gone once it is taken in or given up."""

    kind = models.CharField(max_length=20, choices=RunKind.choices)
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    province = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("list to confirm")

    def __str__(self) -> str:
        return self.file_name


class MapSheet(models.Model):
    """One file taken in: boundaries or tile places of a province's units as they stood on a day, and who drew it.
    Sheets and their shapes are append-only (0005): a later one is read instead of it."""

    kind = models.CharField(max_length=10, choices=SheetKind)
    province = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("shows the units of"))
    credit = models.CharField(_("source"), max_length=200)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("sheet of the map")
        ordering: ClassVar = ["-on", "-id"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(kind__in=SheetKind.values), name="territory_sheet_kind_known"),
            models.CheckConstraint(condition=~Q(credit=""), name="territory_sheet_credited"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on:%d/%m/%Y}"


class MapShape(models.Model):
    """One unit on one sheet. `drawn` is, of boundaries, polygons of rings of [longitude, latitude] in `GRID`ths of a
    degree; of tiles, [column, row]. `area_km2` is measured on the file's own outline, before it was made lighter."""

    sheet = models.ForeignKey(MapSheet, on_delete=models.PROTECT, related_name="shapes")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    drawn = models.JSONField()
    area_km2 = models.FloatField(_("area in km²"), null=True)

    class Meta:
        verbose_name = _("shape of a unit")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["sheet", "unit"], name="territory_shape_once"),
            models.CheckConstraint(condition=Q(area_km2=None) | Q(area_km2__gt=0), name="territory_shape_has_surface"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}/{self.unit_id}"
