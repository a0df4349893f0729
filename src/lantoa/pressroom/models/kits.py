"""Kits for the press: what it is stands in versions, and what is out in approvals of exactly one version.

Migration 0004 keeps versions and files as they were written, demands the reason of a correction, and lets nobody who
had a hand in a version release it.
"""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from lantoa.approvals.enums import Verdict
from lantoa.approvals.models import ApprovalInForce, Decision, Submission
from lantoa.kernel.access import ScopedQuerySet
from lantoa.pressroom.enums import FileKind

SUBJECT = "pressroom.kit"


class KitSet(ScopedQuerySet["Kit"]):
    """Kits in the words of the trade."""

    permission = "pressroom.see_kits"


class Kit(models.Model):
    """A bundle for newsrooms; what it says stands in its versions. Withdrawn once, with a reason everybody reads."""

    unit = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8, default="vi")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_why = models.CharField(max_length=300, blank=True)

    objects = KitSet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("press kit")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_why="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & Q(withdrawn_why__regex=r"\S")),
                name="kit_withdrawn_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


def subject_of(version: str) -> Concat:
    """The name in the approvals room of the version that this outer field names."""
    return Concat(Value(f"{SUBJECT}:"), Cast(OuterRef(version), CharField()), output_field=CharField())


class KitVersions(models.QuerySet["KitVersion"]):
    """Versions, in the trade's own words."""

    def approved(self) -> Self:
        """Those whose very content a second person released, and nobody took that back."""
        return self.filter(Exists(ApprovalInForce.objects.filter(subject=subject_of("pk"), sha256=OuterRef("sha256"))))

    def once_approved(self, *ruled: Q) -> Self:
        """Those released at any time, whether that still holds; `ruled` narrows the decision."""
        said = Decision.objects.filter(
            *ruled, verdict=Verdict.APPROVED, submission__subject=subject_of("pk"),
            submission__sha256=OuterRef("sha256"),
        )  # fmt: skip
        return self.filter(Exists(said))

    def standing(self) -> Self:
        """Of each kit the newest that was ever released, if that still holds: what registered journalists read."""
        later = KitVersion.objects.filter(kit=OuterRef("kit"), number__gt=OuterRef("number")).once_approved()
        return self.approved().filter(~Exists(later), kit__withdrawn_at=None)

    def out(self, at: datetime) -> Self:
        """What everybody reads at that moment: released, its embargo over, and not replaced before that or since."""
        later = KitVersion.objects.filter(kit=OuterRef("kit"), number__gt=OuterRef("number"))
        since = later.filter(Q(embargo_at=None) | Q(embargo_at__lte=at)).once_approved()
        before = later.once_approved(Q(at__lt=OuterRef(OuterRef("embargo_at"))))
        free = Q(embargo_at=None) | Q(embargo_at__lte=at)
        return self.approved().filter(free, ~Exists(since), ~Exists(before), kit__withdrawn_at=None)

    def waiting(self) -> Self:
        """Those put before a second person and neither decided nor taken back."""
        return self.filter(Exists(Submission.objects.open().filter(subject=subject_of("pk"))))


class KitVersion(models.Model):
    """One state of a kit, for ever as it was written: canonical JSON, its hash, its embargo and why it was changed."""

    kit = models.ForeignKey(Kit, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.TextField(help_text="canonical JSON")
    sha256 = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    embargo_at = models.DateTimeField(null=True, help_text="from this moment everybody may read it")
    why = models.CharField(max_length=300, blank=True, help_text="what was put right, as everybody reads it")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    objects: ClassVar[Any] = KitVersions.as_manager()

    class Meta:
        ordering: ClassVar = ["kit", "-number"]
        verbose_name = _("version of a press kit")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kit", "number"], name="kit_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="kit_version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.kit_id}.{self.number}"

    @property
    def subject(self) -> str:
        """Its name in the approvals room."""
        return f"{SUBJECT}:{self.pk}"

    def is_embargoed(self, at: datetime) -> bool:
        """Whether only registered journalists may read it at that moment."""
        return self.embargo_at is not None and self.embargo_at > at


class KitFile(models.Model):
    """A picture or document of a kit, kept apart from everything that has an address. Its bytes never change."""

    kit = models.ForeignKey(Kit, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=8, choices=FileKind)
    image = models.ForeignKey(settings.WAGTAILIMAGES_IMAGE_MODEL, null=True, on_delete=models.SET_NULL,
                              related_name="+", help_text="where its rights and consent are kept")  # fmt: skip
    name = models.CharField(max_length=120, help_text="as it is saved")
    title = models.CharField(max_length=255, help_text="what it shows or says")
    credit = models.CharField(max_length=160)
    path = models.CharField(max_length=200, unique=True, help_text="where the private files hold it")
    small = models.CharField(max_length=200, blank=True, help_text="a picture as it stands on the page")
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kit", "sha256"], name="kit_file_once"),
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="kit_file_kind_known"),
            models.CheckConstraint(condition=Q(credit__regex=r"\S"), name="kit_file_credited"),
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="kit_file_titled"),
        ]

    def __str__(self) -> str:
        return self.name
