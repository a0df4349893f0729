"""Which version of its original a translated page follows, and who has read the interface's words in a language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision

from lantoa.newsroom.models.passage import Clearance


class TranslationStep(models.Model):
    """That a version of a page says, in its own language, what a version of its original says; the newest step counts.

    A step is never changed. Steps go with their page.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="translation_steps")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    original = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    original_revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey("kernel.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(page=F("original")), name="translation_of_another_page"),
            models.UniqueConstraint(fields=["revision", "original_revision"], name="translation_step_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["page", "-id"], name="translation_newest")]

    def __str__(self) -> str:
        return f"{self.page_id} follows {self.original_revision_id}"


class InterfaceReading(models.Model):
    """That a named person, at home in the language, has read exactly these words of the interface; append-only."""

    language = models.CharField(max_length=10)
    sha256 = models.CharField(max_length=64)
    reader = models.CharField(max_length=200)
    by = models.ForeignKey("kernel.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["language", "sha256"], name="interface_read_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="interface_reading_is_exact"),
            models.CheckConstraint(condition=Q(reader__regex=r"\S"), name="interface_reader_is_named"),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.reader}"


@dataclass(frozen=True, slots=True)
class Behind:
    """That a translation has not kept up: with which page, and since when."""

    original: Page
    since: datetime


def gone_on(steps: Iterable[TranslationStep]) -> dict[int, datetime]:
    """By the translation's key: when the original first went out in a version newer than the one it follows."""
    followed = {step.page_id: step for step in steps}
    passed: dict[int, list[Clearance]] = {}
    originals = [step.original_id for step in followed.values()]
    for one in Clearance.objects.filter(page__in=originals, revision__lte=F("page__live_revision")).order_by("at"):
        passed.setdefault(one.page_id, []).append(one)
    found = {}
    for page, step in followed.items():
        newer = [one.at for one in passed.get(step.original_id, []) if one.revision_id > step.original_revision_id]
        if newer:
            found[page] = newer[0]
    return found


def without_original(page_id: int) -> str:
    """Why a translation must not go out, when its original is not published; empty for every other page."""
    if TranslationStep.objects.filter(page=page_id, original__live=False).exists():
        return _("The original of this page is not published, and a translation follows what readers can read. "
                 "Publish the original first.")  # fmt: skip
    return ""


def behind(page: Page) -> Behind | None:
    """What a published translation has not kept up with, whichever language that is in; None when it keeps up or
    follows nothing; two queries."""
    steps = TranslationStep.objects.filter(page=page.pk, revision__lte=page.live_revision_id or 0)
    step = steps.select_related("original__locale").order_by("-pk").first()
    since = gone_on([step]).get(page.pk) if step else None
    return Behind(step.original, since) if step and since else None
