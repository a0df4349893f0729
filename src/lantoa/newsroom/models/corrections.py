"""What readers are told when a published page was wrong: a correction with its new version, or that it was withdrawn.

Both are append-only. A correction is part of the exact content of the version it belongs to, so that whoever approves
the version approves the note; it shows only once that version is out. A withdrawal tells the public in words of its
own; the reason inside the house stays inside. One of a page whose time was over tells its address alone: nothing was
wrong.
"""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import DateTimeField, Exists, F, Min, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision

from lantoa.newsroom.models.passage import Clearance
from lantoa.newsroom.public import in_public

_PERSON: dict[str, Any] = {"on_delete": models.PROTECT, "related_name": "+"}


class Corrections(models.QuerySet["Correction"]):
    """Corrections, in the readers' words."""

    def out(self) -> Self:
        """Those whose version was let out, of pages that are published; `out_at` is when. Newest first."""
        cleared = self.model.cleared_at()
        return (
            self.filter(page__live=True, revision__created_at__lte=F("page__live_revision__created_at"))
            .annotate(out_at=cleared)
            .exclude(out_at=None)
            .order_by("-out_at", "-pk")
        )

    def public(self) -> Self:
        """Those of them that anybody may read: a page behind a password shows its own at its foot alone."""
        return self.out().filter(page__in=in_public(Page.objects.all()).values("pk"))

    def shown_on(self, page: Page) -> Self:
        """Those of one page."""
        return self.out().filter(page_id=page.pk)

    def not_followed(self, original: Page, since: datetime) -> Self:
        """Those of an original that a translation has not kept up with since then."""
        return self.out().filter(page=original, out_at__gte=since)


class Correction(models.Model):
    """What was wrong in a published page, and why it is now otherwise."""

    page = models.ForeignKey(Page, null=True, on_delete=models.SET_NULL, related_name="+")
    revision = models.OneToOneField(Revision, null=True, on_delete=models.SET_NULL, related_name="+")
    what = models.TextField(_("what was changed"), max_length=500)
    why = models.TextField(_("why"), max_length=500)
    grave = models.BooleanField(_("grave"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **_PERSON)
    at = models.DateTimeField()

    objects: ClassVar[Any] = Corrections.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(what__regex=r"\S", why__regex=r"\S"), name="correction_says_what_and_why"
            )
        ]

    def __str__(self) -> str:
        return self.what

    @staticmethod
    def cleared_at() -> Subquery:
        """When the version of the outer row was let through the gate; null when it was not."""
        rows = Clearance.objects.filter(revision=OuterRef("revision"))
        first = rows.order_by().values("revision").annotate(first=Min("at")).values("first")
        return Subquery(first, output_field=DateTimeField())


class Withdrawals(models.QuerySet["Withdrawal"]):
    """Withdrawals, in the readers' words."""

    def standing(self) -> Self:
        """Those of pages that are not published again; newest first."""
        again = Page.objects.filter(live=True, url_path=OuterRef("url_path"))
        return self.filter(~Exists(again), Q(page=None) | Q(page__live=False)).order_by("-at", "-pk")

    def telling(self) -> Self:
        """With `told_in`, the language of what readers are told: that of the page its translations were taken down
        with."""
        together = self.model.objects.filter(at=OuterRef("at"), told=OuterRef("told")).order_by("pk")
        return self.annotate(told_in=Subquery(together.values("language")[:1]))


class Withdrawal(models.Model):
    """A page taken down: where it stood, and what its readers are told."""

    page = models.ForeignKey(Page, null=True, on_delete=models.SET_NULL, related_name="+")
    url_path = models.TextField(db_index=True)
    language = models.CharField(max_length=10)
    section = models.CharField(max_length=20, blank=True)
    told = models.CharField(_("what the public is told"), max_length=300)
    instead = models.ForeignKey(Page, null=True, on_delete=models.SET_NULL, related_name="+")
    expired = models.BooleanField(default=False, help_text="its time was over, and nothing was wrong with it")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_PERSON)
    at = models.DateTimeField()

    told_in: str  # known to rows read by `telling()`

    objects: ClassVar[Any] = Withdrawals.as_manager()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(told__regex=r"\S"), name="withdrawal_tells_why")]

    def __str__(self) -> str:
        return self.url_path
