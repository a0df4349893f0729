"""What the approval pages show of a submission; no business rules here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from lantoa.approvals import selectors
from lantoa.approvals.content import Change, Piece, diff
from lantoa.approvals.models import Submission
from lantoa.approvals.rules import DECIDE, why_not, wrote
from lantoa.approvals.subjects import Section, SubjectKind, kind_of
from lantoa.kernel.access import allowed
from lantoa.kernel.models import User

MOST_CHANGES = 8


@dataclass(frozen=True, slots=True)
class Review:
    """A submission as the review page shows it to one person."""

    submission: Submission
    kind: SubjectKind
    link: str | None
    sections: Sequence[Section]
    approved: bool
    refusal: str | None
    held: str
    can_withdraw: bool
    can_revoke: bool
    authors: list[User]
    before: selectors.Approval | None
    changes: list[Piece]
    more_changes: int
    history: list[Submission]

    @classmethod
    def of(cls, submission: Submission, reader: User) -> "Review":
        """Everything the page needs, read once."""
        kind, content = kind_of(submission.subject), selectors.content_of(submission)
        before = selectors.previous_content(submission)
        changes = section_changes(kind, before[1], content) if before else []
        decision = getattr(submission, "decision", None)
        approved = decision is not None and decision.verdict == "approved" and not hasattr(decision, "revocation")
        return cls(
            submission=submission,
            kind=kind,
            link=kind.link(submission.subject),
            sections=[*kind.render(content), *kind.beside(submission.pk)],
            approved=approved,
            held="" if decision else kind.hold(submission.pk),
            refusal=why_not(submission, reader, at=timezone.now()),
            can_withdraw=decision is None and submission.withdrawn_at is None and wrote(submission, reader),
            can_revoke=approved and allowed(reader, DECIDE, unit_id=submission.unit_id),
            authors=[author.user for author in submission.authors.select_related("user")],
            before=before[0] if before else None,
            changes=joined(changes[:MOST_CHANGES]),
            more_changes=max(0, len(changes) - MOST_CHANGES),
            history=[row for row in selectors.history(submission.subject) if row.pk != submission.pk],
        )


def section_changes(kind: SubjectKind, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """What changed between two contents as readers get them, part by part, without mark-up."""
    before, after = (
        {f"{section.language} {section.label}": words(section) for section in kind.render(content)}
        for content in (old, new)
    )
    return diff(before, after)


def words(section: Section) -> str:
    """The words of a part, without its mark-up."""
    return " ".join(strip_tags(section.html.replace("<", " <")).split()) if section.html else section.text


def joined(changes: Sequence[Change]) -> list[Piece]:
    """All changed places as one run of pieces, each place on its own line."""
    pieces: list[Piece] = []
    for number, change in enumerate(changes):
        pieces += [Piece("same", "\n")] if number else []
        pieces += change.pieces
    return pieces


def queue_tabs(user: User, which: str) -> list[dict[str, Any]]:
    """The three lists, with how many wait."""
    return [
        {"label": _("Waiting for me"), "url": reverse("approvals:waiting"), "current": which == "waiting",
         "count": selectors.pending_for(user).count()},
        {"label": _("Sent by me"), "url": reverse("approvals:sent"), "current": which == "sent"},
        {"label": _("Decided"), "url": reverse("approvals:decided"), "current": which == "decided"},
    ]  # fmt: skip
