"""What a version passes on its way out: the warnings that someone let stand, the legal check, the clearance.

The first two belong to one submission, so to one exact content: change a comma and they are gone. The database keeps
them append-only, and refuses an approval that the legal check has not cleared (migration 0005) or that the one who
cleared it gives (migration 0021).
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision

from lantoa.newsroom.enums import LawVerdict

_PERSON: dict[str, Any] = {"on_delete": models.PROTECT, "related_name": "+"}


class Clearance(models.Model):
    """The approval on which a version of a page was let through the gate."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="clearances")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    decision = models.ForeignKey("approvals.Decision", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["revision", "decision"], name="clearance_once")]

    def __str__(self) -> str:
        return f"{self.page_id}/{self.revision_id}"


class KeptBack(models.Model):
    """An approved version that the law it cites kept back at its hour; once for each version, however often its hour is
    asked again, so that whoever sent it is told once."""

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.revision_id} {self.at:%d/%m/%Y}"


class AcceptedWarning(models.Model):
    """A warning of a content check that the sender let stand, and why."""

    submission = models.ForeignKey("approvals.Submission", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    places = models.JSONField(default=list)
    why = models.CharField(_("why it stands"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **_PERSON)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission", "code"], name="warning_accepted_once"),
            models.CheckConstraint(condition=Q(why__regex=r"\S"), name="warning_accepted_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.code}"


class Sending(models.Model):
    """A page's version put before its readers in the house; fixed at that moment: whether the law must be checked, and
    whether the one who clears it may approve the version too."""

    submission = models.OneToOneField("approvals.Submission", on_delete=models.PROTECT, related_name="sending")
    needs_law = models.BooleanField()
    law_may_approve = models.BooleanField(default=False, db_default=False)

    def __str__(self) -> str:
        return str(self.submission_id)


class LawCheck(models.Model):
    """The legal officer's one word on a submission, with the post it was given from."""

    sending = models.OneToOneField(Sending, on_delete=models.PROTECT, related_name="law_check")
    verdict = models.CharField(_("verdict"), max_length=10, choices=LawVerdict)
    note = models.TextField(pgettext_lazy("approval", "note"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **_PERSON)
    at = models.DateTimeField()
    post_title = models.CharField(_("post"), max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(verdict__in=LawVerdict.values), name="law_verdict_known"),
            models.CheckConstraint(
                condition=~Q(verdict=LawVerdict.OBJECTED) | Q(note__regex=r"\S"), name="law_objection_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sending_id} {self.verdict}"


def awaits_law(submission: int | Any, person: Any) -> str:
    """Why the law keeps this submission from approval by this person, in one sentence; empty when it does not."""
    sending = Sending.objects.select_related("law_check").filter(submission=submission).first()
    if sending is None:
        return gettext("This version was not sent from the newsroom: its author sends it again.")
    if not sending.needs_law:
        return ""
    check = getattr(sending, "law_check", None)
    if check is None:
        return gettext("The legal check comes first: it has not been cleared yet.")
    if check.verdict != LawVerdict.CLEARED:
        return gettext("The legal check returned this version.")
    if check.by_id == person.pk and not sending.law_may_approve:
        return gettext("You gave the legal check of this version. Someone else must approve it.")
    return ""
