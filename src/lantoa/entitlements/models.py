"""Rules as data: an entitlement and its versions. Migration 0002 keeps versions as they were written."""

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import CharField, Exists, F, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from lantoa.approvals.enums import Verdict
from lantoa.approvals.models import ApprovalInForce, Decision
from lantoa.kernel.access import ScopedQuerySet
from lantoa.kernel.models import User

PREFIX = "entitlements.version"


class EntitlementQuerySet(ScopedQuerySet["Entitlement"]):
    """Entitlements of the units one may see."""

    permission = "entitlements.see"


class Entitlement(models.Model):
    """A support that people may get; what it is stands in its versions."""

    unit = models.ForeignKey("territory.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects: ClassVar[Any] = EntitlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("entitlement")

    def __str__(self) -> str:
        return f"#{self.pk}"


class EntitlementVersions(models.QuerySet["EntitlementVersion"]):
    """Versions, in the trade's own words."""

    def approved(self) -> Self:
        """Those whose very content has an approval in force."""
        subject = Concat(Value(f"{PREFIX}:"), Cast(OuterRef("pk"), CharField()), output_field=CharField())
        return self.filter(Exists(ApprovalInForce.objects.filter(subject=subject, sha256=OuterRef("sha256"))))

    def answering(self, on: date) -> Self:
        """Of each entitlement the version that answers on that day: the highest one a second person ever said yes to
        that has begun. Once it is over or its approval is revoked nothing answers: what it came after is not law
        again."""
        begun = self.ever_approved().filter(valid__startswith__lte=on)
        return self.approved().filter(pk__in=begun.newest().values("pk"), valid__contains=on)

    def ever_approved(self) -> Self:
        """Those whose very content was approved, whatever became of the approval."""
        subject = Concat(Value(f"{PREFIX}:"), Cast(OuterRef("pk"), CharField()), output_field=CharField())
        said_yes = Decision.objects.filter(
            verdict=Verdict.APPROVED, submission__subject=subject, submission__sha256=OuterRef("sha256")
        )
        return self.filter(Exists(said_yes))

    def newest(self) -> Self:
        """Of each entitlement the highest number among these."""
        return self.order_by("entitlement_id", "-number").distinct("entitlement_id")


class EntitlementVersion(models.Model):
    """One state of a rule, for ever as it was written: canonical JSON, its hash, and the days it is in force."""

    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    content = models.TextField(_("rule"), help_text="canonical JSON")
    sha256 = models.CharField(max_length=64)
    valid = DateRangeField(_("in force"))
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    objects: ClassVar[Any] = EntitlementVersions.as_manager()

    class Meta:
        verbose_name = _("version of an entitlement")
        ordering: ClassVar = ["entitlement", F("number").desc()]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["entitlement", "number"], name="entitlements_version_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="entitlements_version_counts_from_one"),
            models.CheckConstraint(
                condition=models.Q(valid__isempty=False, valid__lower_inf=False), name="entitlements_version_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entitlement_id}.{self.number}"

    @property
    def subject(self) -> str:
        """Its name in the approvals room."""
        return f"{PREFIX}:{self.pk}"
