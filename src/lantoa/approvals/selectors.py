"""What was approved, what waits, and what changed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from lantoa.approvals.content import Change, Piece, content_hash, diff
from lantoa.approvals.models import ApprovalInForce, Submission, SubmissionQuerySet
from lantoa.approvals.rules import DECIDE
from lantoa.kernel import prepared
from lantoa.kernel.access import visible_to
from lantoa.kernel.models import User

__all__ = [
    "Approval", "Change", "Piece", "approval_among", "approval_of", "content_hash", "content_of", "decided_for", "diff",
    "history",
    "in_force",
    "last_approved", "pending_for", "sent_by", "visible",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval in force: who said yes to exactly which content, from which post, when."""

    subject: str
    sha256: str
    decision_id: int
    by: User
    post_title: str
    at: datetime


def approval_of(subject: str, sha256: str) -> Approval | None:
    """The approval in force of exactly this content, if there is one."""
    row = (
        ApprovalInForce.objects.select_related("decision", "approved_by").filter(subject=subject, sha256=sha256).first()
    )
    return _approval(row) if row else None


def approval_among(decisions: Callable[..., Any], *told: int) -> Approval | None:
    """The newest approval in force that one of these decisions gave (their ids: the subquery `decisions(*told)`); one
    query."""
    found = prepared.objects(_newest_among, decisions, told=told)
    return _approval(found[0]) if found else None


def _newest_among(decisions: Callable[..., Any], *told: int) -> "QuerySet[ApprovalInForce]":
    rows = ApprovalInForce.objects.select_related("decision", "approved_by").filter(pk__in=decisions(*told))
    person = (f"approved_by__{name}" for name in ("display_name", "email", "phone"))
    rows = rows.only("subject", "sha256", "approved_at", "decision__post_title", *person)
    return rows.order_by("-approved_at", "-pk")[:1]


def in_force() -> "QuerySet[ApprovalInForce, int]":
    """Ids of the decisions whose approval is in force, as a subquery for other rooms' statements."""
    return ApprovalInForce.objects.values_list("pk", flat=True)


def last_approved(subject: str) -> tuple[Approval, dict[str, Any]] | None:
    """The newest approval in force of any version of this subject, with the content it binds."""
    row = (
        ApprovalInForce.objects.select_related("decision__submission", "approved_by")
        .filter(subject=subject)
        .order_by("-approved_at", "-pk")
        .first()
    )
    return (_approval(row), content_of(row.decision.submission)) if row else None


def _approval(row: ApprovalInForce) -> Approval:
    return Approval(row.subject, row.sha256, row.pk, row.approved_by, row.decision.post_title, row.approved_at)


def content_of(submission: Submission) -> dict[str, Any]:
    """The exact content of a submission, as it was sent in."""
    content: dict[str, Any] = json.loads(submission.content)
    return content


def history(subject: str) -> SubmissionQuerySet:
    """Every submission of this subject with its decision, newest first."""
    rows: SubmissionQuerySet = Submission.objects.of(subject).for_reading()
    return rows


def visible(user: User) -> SubmissionQuerySet:
    """What the person may read: their units' submissions, and their own."""
    rows: SubmissionQuerySet = Submission.objects.visible_to(user) | Submission.objects.filter(
        pk__in=Submission.objects.written_by(user).values("pk")
    )
    return rows.for_reading()


def pending_for(user: User) -> SubmissionQuerySet:
    """What waits for this person's decision: in their units, open, not their own; most urgent first."""
    rows: SubmissionQuerySet = visible_to(
        Submission.objects.open().not_written_by(user), user, permission=DECIDE, unit_path="unit"
    )
    return rows.for_reading().order_by("due_at", "submitted_at")


def sent_by(user: User) -> SubmissionQuerySet:
    """What the person wrote or sent in, newest first."""
    rows: SubmissionQuerySet = Submission.objects.filter(pk__in=Submission.objects.written_by(user).values("pk"))
    return rows.for_reading()


def decided_for(user: User) -> SubmissionQuerySet:
    """What has been decided among what the person may read, newest decision first."""
    rows: SubmissionQuerySet = visible(user).exclude(decision=None).order_by("-decision__at")
    return rows


def previous_content(submission: Submission) -> tuple[Approval, Mapping[str, Any]] | None:
    """The last approved wording before this submission, for showing what changed since."""
    earlier = (
        ApprovalInForce.objects.select_related("decision__submission", "approved_by")
        .filter(subject=submission.subject, decision__submission__lt=submission.pk)
        .exclude(sha256=submission.sha256)
        .order_by("-approved_at", "-pk")
        .first()
    )
    return (_approval(earlier), content_of(earlier.decision.submission)) if earlier else None
