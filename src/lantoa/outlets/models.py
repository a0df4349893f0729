"""Outlets: the places where many people meet a message, each with its unit, its keeper and when it was last seen."""

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import DateRangeField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import ScopedQuerySet
from lantoa.kernel.models import User
from lantoa.outlets.enums import ImportState, Language, Sighting
from lantoa.territory.selectors import reach_ids


class OutletQuerySet(ScopedQuerySet["Outlet"]):
    """Outlets of the units one may see."""

    permission = "outlets.view"

    def in_use(self, on: date) -> "OutletQuerySet":
        """Those in use on that day."""
        return self.filter(valid__contains=on)

    def in_reach(self, unit_id: int, *, on: date) -> "OutletQuerySet":
        """Those of a unit (a hamlet too), of all under it on that day's map, and of the units these took over."""
        inside = reach_ids(unit_id, on=on)
        return self.filter(Q(unit__in=inside) | Q(hamlet__in=inside))

    def not_seen_since(self, moment: datetime) -> "OutletQuerySet":
        """Those never seen working, those in trouble now, and those last seen before that moment."""
        return self.exclude(last_state=Sighting.WORKING, last_seen_at__gte=moment)


class Outlet(models.Model):
    """One place: a station, a board, a bulletin, a page. Its kind and its unit never change, a trigger sees to it
    (0001): a place that moves is another place.

    `quantity` is what the kind counts (copies, posters); `settings` are what the kind's own form asked. The keeper is a
    post or a title, never a person's name or number.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=20)
    name = models.CharField(_("name"), max_length=160)
    unit = models.ForeignKey("territory.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    hamlet = models.ForeignKey(
        "territory.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hamlet")
    )
    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("looked after by")
    )
    keeper = models.CharField(_("keeper"), max_length=120, blank=True, default="")
    account = models.ForeignKey(
        "channels.ChannelAccount", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("account")
    )
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.VIETNAMESE)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    settings = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    valid = DateRangeField(_("period of use"))
    last_seen_at = models.DateTimeField(null=True, blank=True)
    last_state = models.CharField(max_length=10, choices=Sighting, default=Sighting.NEVER, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = OutletQuerySet.as_manager()

    class Meta:
        verbose_name = _("outlet")
        verbose_name_plural = _("outlets")
        ordering: ClassVar = ["kind", "name", "id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["kind", "unit", "hamlet", "name"], nulls_distinct=False, name="outlets_outlet_once"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="outlets_outlet_quantity"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(kind=""), name="outlets_outlet_named"),
            models.CheckConstraint(
                condition=Q(valid__isempty=False, valid__lower_inf=False), name="outlets_outlet_in_use_range"
            ),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="outlets_outlet_language_known"),
            models.CheckConstraint(
                condition=Q(last_state=Sighting.NEVER, last_seen_at=None)
                | Q(last_state__in=[Sighting.WORKING, Sighting.TROUBLE], last_seen_at__isnull=False),
                name="outlets_outlet_seen_with_its_time",
            ),
        ]
        indexes: ClassVar[list[Any]] = [models.Index("unit", "kind", name="outlets_outlet_unit_kind")]

    def __str__(self) -> str:
        return self.name


class OutletImportQuerySet(ScopedQuerySet["OutletImport"]):
    """Lists of the units one keeps outlets for."""

    permission = "outlets.manage"


class OutletImport(models.Model):
    """A list of outlets as it came: checked, then brought in or given up; its content is dropped then."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)
    unit = models.ForeignKey("territory.Unit", models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.TRIED)
    rows = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = OutletImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("list of outlets")
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="outlets_import_state_known"),
            models.CheckConstraint(
                condition=Q(state=ImportState.TRIED, finished_at=None)
                | Q(state__in=[ImportState.DONE, ImportState.CANCELLED], finished_at__isnull=False),
                name="outlets_import_finished_with_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
