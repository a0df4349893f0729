"""Who approved exactly what. The database itself keeps these rows append-only and refuses to let an author decide."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantoa.approvals.enums import Verdict
from lantoa.approvals.subjects import SubjectKind, kind_of
from lantoa.kernel.access import Person, ScopedQuerySet
from lantoa.kernel.models import User


class SubmissionQuerySet(ScopedQuerySet["Submission"]):
    """Submissions, in the trade's own words."""

    permission = "approvals.see"

    def open(self) -> Self:
        """Neither decided nor taken back."""
        return self.filter(decision=None, withdrawn_at=None)

    def of(self, subject: str) -> Self:
        """Those of one page or message."""
        return self.filter(subject=subject)

    def written_by(self, user: Person) -> Self:
        """Those the person wrote or sent in."""
        if not isinstance(user, User):
            return self.none()
        return self.filter(Q(submitted_by=user) | Q(authors__user=user)).distinct()

    def not_written_by(self, user: User) -> Self:
        """Those the person had no hand in."""
        mine = SubmissionAuthor.objects.filter(user=user).values("submission")
        return self.exclude(submitted_by=user).exclude(pk__in=mine)

    def for_reading(self) -> Self:
        """With everything a list shows, in one go."""
        return self.select_related("unit", "submitted_by", "decision", "decision__by", "decision__revocation")


class Submission(models.Model):
    """One exact content put before a second person. Only `withdrawn_at` ever changes, once."""

    subject = models.CharField(pgettext_lazy("approval", "subject"), max_length=120, help_text="room.model:pk")
    label = models.CharField(_("title"), max_length=300)
    content = models.TextField(_("exact content"), help_text="canonical JSON")
    sha256 = models.CharField(_("code of the content"), max_length=64)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(_("sent for approval at"))
    unit = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(_("wanted by"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects: ClassVar[Any] = SubmissionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-submitted_at", "-pk"]
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        indexes: ClassVar = [
            models.Index(fields=["subject", "sha256"]),
            models.Index(fields=["unit", "submitted_at"]),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def kind(self) -> SubjectKind:
        """What kind of thing this is, with its words and its renderer."""
        return kind_of(self.subject)


class SubmissionAuthor(models.Model):
    """A person whose words are in the content, and who therefore may not decide on it."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="authors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["submission", "user"], name="submission_author_once")]

    def __str__(self) -> str:
        return str(self.user)


class Decision(models.Model):
    """The second person's one word on a submission, with the post they gave it from. Append-only."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="decision")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("decided at"))
    verdict = models.CharField(_("decision"), max_length=10, choices=Verdict)
    note = models.TextField(pgettext_lazy("approval", "note"), blank=True)
    post_title = models.CharField(_("post"), max_length=200)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="decision_verdict_known"),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.RETURNED) | Q(note__regex=r"\S"), name="decision_return_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.submission_id}"


class Revocation(models.Model):
    """An approval taken away again, with the reason. Append-only."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="revocation")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("revoked at"))
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("revocation")
        verbose_name_plural = _("revocations")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="revocation_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.reason}"


class ApprovalInForce(models.Model):
    """The database view `approvals_in_force`: approved and not revoked, at most one row a subject and hash.

    Other rooms join the view by name in their own SQL (`subject`, `sha256`) to re-check in the statement that acts.
    """

    decision = models.OneToOneField(Decision, primary_key=True, on_delete=models.DO_NOTHING, related_name="+")
    subject = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    approved_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "approvals_in_force"

    def __str__(self) -> str:
        return f"{self.subject} {self.sha256[:8]}"
