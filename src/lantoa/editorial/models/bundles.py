"""Pages that go live together: all of them at one moment, or none.

The database keeps it (migration 0004): a page of an open bundle does not go live by itself, a page stands in one open
bundle at most, and a bundle that is out has every page of it out, checked when the transaction ends.
"""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantoa.editorial.enums import BundleState
from lantoa.kernel.access import ScopedQuerySet


class BundleQuerySet(ScopedQuerySet["Bundle"]):
    """Bundles of the units one may see."""

    permission = "editorial.see"

    def open(self) -> Self:
        """Those that can still go out."""
        return self.filter(state=BundleState.OPEN)


class Bundle(models.Model):
    """A named set of pages, its hour if it has one, and why it did not go out at its hour if it did not."""

    name = models.CharField(_("name of the bundle"), max_length=160)
    unit = models.ForeignKey("territory.Unit", models.PROTECT, related_name="+", verbose_name=_("for which place"))
    go_live_at = models.DateTimeField(_("goes out at"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=BundleState, default=BundleState.OPEN)
    held_since = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = BundleQuerySet.as_manager()

    class Meta:
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=BundleState.values), name="bundle_state"),
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="bundle_named"),
            models.CheckConstraint(
                condition=Q(state=BundleState.OPEN, closed_at=None, closed_by=None)
                | ~Q(state=BundleState.OPEN) & Q(closed_at__isnull=False),
                name="bundle_closed_once",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["go_live_at"], condition=Q(state=BundleState.OPEN), name="bundle_open")
        ]

    def __str__(self) -> str:
        return self.name


class BundlePage(models.Model):
    """One page of a bundle."""

    bundle = models.ForeignKey(Bundle, models.PROTECT, related_name="items")
    page = models.ForeignKey("wagtailcore.Page", models.CASCADE, related_name="+")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("bundle", "page")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["bundle", "page"], name="bundle_page_once")
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.bundle_id}: {self.page_id}"
