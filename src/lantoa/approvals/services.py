"""Ask, decide, take back, revoke: one verb, one transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from lantoa.agencies import selectors as agencies
from lantoa.approvals.content import canonical_content, content_hash
from lantoa.approvals.enums import Verdict
from lantoa.approvals.events import Approved, Returned, Revoked, Submitted
from lantoa.approvals.models import ApprovalInForce, Decision, Revocation, Submission, SubmissionAuthor
from lantoa.approvals.rules import DECIDE, SUBMIT, CannotDecideError, why_closed, wrote
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.events import emit
from lantoa.kernel.models import User

__all__ = ["Decision", "Submission", "close", "content_hash", "decide", "end", "revoke", "submit", "withdraw"]


@transaction.atomic
def submit(
    *, subject: str, label: str, content: Mapping[str, Any], authors: Iterable[User], unit_id: int, by: User,
    at: datetime, due_at: datetime | None = None,
) -> Submission:  # fmt: skip
    """Put exactly this content before a second person.

    Asking again for the same content returns the open or approved submission there is; asking for other content takes
    the older open one back. `authors` are all whose words are in it, the sender is always counted. Emits `Submitted`.
    """
    require(by, SUBMIT, unit_id=unit_id, at=at)
    text = canonical_content(content)
    digest = sha256(text.encode()).hexdigest()
    people = {author.pk for author in authors} | {by.pk}
    _one_at_a_time(subject)
    if (standing := _standing(subject, digest)) is not None:
        if not hasattr(standing, "decision"):
            _name_authors(standing, people)
        return standing
    for older in Submission.objects.of(subject).open():
        _take_back(older, by=by, at=at)
    submission = Submission.objects.create(
        subject=subject, label=label[:300], content=text, sha256=digest, submitted_by=by, submitted_at=at,
        unit_id=unit_id, due_at=due_at,
    )  # fmt: skip
    _name_authors(submission, people)
    _record("submitted", submission, by=by, at=at)
    emit(Submitted(submission.pk, subject, digest))
    return submission


@transaction.atomic
def decide(*, submission_id: int, by: User, at: datetime, approve: bool, note: str = "") -> Decision:
    """Give the one word that closes a submission; a return needs a note. Emits `Approved` or `Returned`.

    Refused to whoever wrote or sent the content, superusers included, and to whoever holds no deciding post over its
    unit at that moment.
    """
    submission = _locked(submission_id)
    if closed := why_closed(submission):
        raise CannotDecideError(closed)
    if wrote(submission, by):
        raise CannotDecideError(_("You had a hand in this text. Someone else must read it and decide."))
    require(by, DECIDE, unit_id=submission.unit_id, at=at)
    if approve and (held := submission.kind.hold(submission.pk, by)):
        raise CannotDecideError(held)
    if not approve and not note.strip():
        raise CannotDecideError(_("Say what must change, so that the author can mend it."))
    decision = Decision.objects.create(
        submission=submission, by=by, at=at, verdict=Verdict.APPROVED if approve else Verdict.RETURNED,
        note=note.strip(), post_title=agencies.title_held(by, DECIDE, unit_id=submission.unit_id, at=at),
    )  # fmt: skip
    _record(decision.verdict, submission, by=by, at=at, decision=decision.pk)
    event = Approved if approve else Returned
    emit(event(submission.subject, submission.sha256, decision.pk))
    return decision


@transaction.atomic
def withdraw(*, submission_id: int, by: User, at: datetime) -> Submission:
    """Take an open submission back; only those who wrote or sent it may."""
    submission = _locked(submission_id)
    if closed := why_closed(submission):
        raise LantoaError(closed)
    if not wrote(submission, by):
        raise LantoaError(_("Only those who wrote or sent this text can take it back. You can return it with a note."))
    _take_back(submission, by=by, at=at)
    return submission


@transaction.atomic
def close(*, submission_id: int, by: User | None, at: datetime) -> Submission:
    """Close an open submission undecided: the room that sent it found it not ready or gone, and has asked the right."""
    submission = _locked(submission_id)
    if closed := why_closed(submission):
        raise LantoaError(closed)
    _take_back(submission, by=by, at=at)
    return submission


@transaction.atomic
def revoke(*, decision_id: int, by: User, at: datetime, reason: str) -> Revocation:
    """Take an approval away, with the reason: nothing more may go out on it. Emits `Revoked`."""
    decision = Decision.objects.select_related("submission").select_for_update(of=("self",)).get(pk=decision_id)
    submission = decision.submission
    require(by, DECIDE, unit_id=submission.unit_id, at=at)
    if decision.verdict != Verdict.APPROVED or hasattr(decision, "revocation"):
        raise LantoaError(_("This is not an approval in force, so there is nothing to revoke."))
    if not reason.strip():
        raise LantoaError(_("Say why the approval is revoked: the reason stays on record."))
    return _taken_away(decision, by=by, at=at, reason=reason)


@transaction.atomic
def end(*, subject: str, by: User, at: datetime, reason: str) -> int:
    """Take away every approval that this subject stands on, since it was taken down; how many. The room whose subject
    it is has asked the right. Emits `Revoked` for each."""
    _one_at_a_time(subject)
    standing = ApprovalInForce.objects.filter(subject=subject).values("pk")
    decisions = Decision.objects.select_related("submission").select_for_update(of=("self",)).filter(pk__in=standing)
    return len([_taken_away(decision, by=by, at=at, reason=reason) for decision in decisions])


def _taken_away(decision: Decision, *, by: User, at: datetime, reason: str) -> Revocation:
    submission = decision.submission
    revocation: Revocation = Revocation.objects.create(decision=decision, by=by, at=at, reason=reason.strip())
    _record("revoked", submission, by=by, at=at, decision=decision.pk)
    emit(Revoked(submission.subject, submission.sha256, decision.pk))
    return revocation


def _locked(submission_id: int) -> Submission:
    """The row, held; always after its subject, so that a decision and a newer submission cannot wait in a circle."""
    _one_at_a_time(Submission.objects.values_list("subject", flat=True).get(pk=submission_id))
    submission: Submission = Submission.objects.select_for_update(of=("self",)).get(pk=submission_id)
    return submission


def _one_at_a_time(subject: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [subject])


def _standing(subject: str, digest: str) -> Submission | None:
    same = Submission.objects.of(subject).filter(sha256=digest)
    in_force = ApprovalInForce.objects.filter(subject=subject, sha256=digest).values("decision__submission")
    standing: Submission | None = same.open().first() or same.filter(pk__in=in_force).first()
    return standing


def _name_authors(submission: Submission, people: set[int]) -> None:
    SubmissionAuthor.objects.bulk_create(
        [SubmissionAuthor(submission=submission, user_id=person) for person in sorted(people)], ignore_conflicts=True
    )


def _take_back(submission: Submission, *, by: User | None, at: datetime) -> None:
    submission.withdrawn_at = at
    submission.save(update_fields=["withdrawn_at"])
    _record("withdrawn", submission, by=by, at=at)


def _record(verb: str, submission: Submission, *, by: User | None, at: datetime, **facts: int) -> None:
    audit.record(
        f"approvals.{verb}", by=by, at=at, subject=f"approvals.submission:{submission.pk}",
        facts={"subject": submission.subject, "sha256": submission.sha256, **facts},
    )  # fmt: skip
