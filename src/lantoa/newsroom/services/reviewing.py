"""Through the gate: send for approval, approve, return, take down."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modelcluster.models import get_all_child_relations
from wagtail.models import Orderable, Page, WorkflowState

from lantoa.approvals import services as approving
from lantoa.kernel.access import require
from lantoa.kernel.models import User
from lantoa.newsroom import bars, checks
from lantoa.newsroom.exact import exact_content
from lantoa.newsroom.models import AcceptedWarning, ReviewState, Sending, subject_of
from lantoa.newsroom.models.gate import authors_since_live, is_current, review_due
from lantoa.newsroom.rules import WRITE, FindingsError, NotReadyError, needs_law
from lantoa.newsroom.selectors import fresh, locked, page_for_subject, review_of, waiting_review
from lantoa.newsroom.services.correcting import Note, note_correction, withdraw

READ_AGAIN = gettext_lazy("The page is being read again.")


@transaction.atomic
def submit_page(
    *, page: Page, by: User, at: datetime, due_at: datetime | None = None, accepted: Mapping[str, str] | None = None,
    correction: Note | None = None,
) -> approving.Submission:  # fmt: skip
    """Put exactly the newest version of a page before a second person; safe to repeat.

    What the content checks find is refused, field by field (`FindingsError`): what stops must be mended; a warning
    stands when `accepted` has a word of why under its code, which is kept with the submission. `correction` is the
    note that readers get with this version when it mends a published one.
    """
    page = fresh(page)
    require(by, WRITE, unit_id=page.unit_id, at=at)
    revision = page.get_latest_revision()
    if revision is None:
        raise NotReadyError(_("There is nothing to send yet: save the page first."))
    if reason := bars.why_barred(page.pk):
        raise NotReadyError(reason)
    version = revision.as_object()
    if version.expire_at and version.expire_at <= at:
        raise NotReadyError(_("Its time is over already. Give it a later end, or none, where its hours are set."))
    _complete(version)
    answered = _answered(checks.run(version, on=timezone.localdate(at)), accepted or {})
    if correction is not None:
        note_correction(page=page, revision=revision, note=correction, by=by, at=at)
    submission = approving.submit(
        subject=subject_of(page), label=revision.object_str, content=exact_content(revision),
        authors=authors_since_live(page), unit_id=page.unit_id, by=by, at=at, due_at=due_at or review_due(at),
    )  # fmt: skip
    fixed = {"needs_law": needs_law(page), "law_may_approve": settings.LANTOA_LAW_CLEARER_MAY_APPROVE}
    Sending.objects.get_or_create(submission=submission, defaults=fixed)
    _keep_answers(submission, answered, by, at)
    review = review_of(page)
    if review is None or review.submission_id != submission.pk:
        _start_review(page, review, by)
    return submission


def _answered(found: list[checks.Finding], accepted: Mapping[str, str]) -> dict[str, tuple[str, list[str]]]:
    """Why each warning stands and where it was found; refused while anything stops or is not answered for."""
    warned = checks.warnings(found)
    open_ = [one for code, ones in warned.items() if not accepted.get(code, "").strip() for one in ones]
    if refused := [*checks.stops(found), *open_]:
        raise FindingsError(refused)
    return {code: (accepted[code].strip()[:300], [one.place for one in ones]) for code, ones in warned.items()}


def _keep_answers(
    submission: approving.Submission, answered: Mapping[str, tuple[str, list[str]]], by: User, at: datetime
) -> None:
    rows = [
        AcceptedWarning(submission=submission, code=code, places=places, why=why, by=by, at=at)
        for code, (why, places) in answered.items()
    ]
    AcceptedWarning.objects.bulk_create(rows, ignore_conflicts=True)


def _complete(page: Page) -> None:
    """A draft may lack what its kind needs; what is sent may not."""
    try:
        page.full_clean()
        for relation in get_all_child_relations(page):
            if issubclass(relation.related_model, Orderable):
                for row in getattr(page, relation.get_accessor_name()).all():
                    row.full_clean(exclude=[relation.field.name])
    except ValidationError as problem:
        raise NotReadyError(" ".join(_missing(page, problem))) from problem


def _missing(page: Page, problem: ValidationError) -> Iterator[str]:
    fields = {field.name: field for field in page._meta.get_fields()}
    for name, messages in problem.message_dict.items():
        label = str(getattr(fields.get(name), "verbose_name", ""))
        said = " ".join(messages)
        yield f"{label[:1].upper()}{label[1:]}: {said}" if label else said


def _start_review(page: Page, review: ReviewState | None, by: User) -> None:
    if review is not None:
        review.workflow_state.cancel(user=by)
    workflow = page.get_workflow()
    if workflow is None:
        raise NotReadyError(_("No review is set up for this site. Ask an administrator to set up the site again."))
    before: WorkflowState | None = page.current_workflow_state
    if before is not None and before.status == WorkflowState.STATUS_NEEDS_CHANGES:
        before.resume(user=by)
    else:
        workflow.start(page, by)


@transaction.atomic
def approve_page(*, page: Page, by: User, at: datetime, note: str = "") -> Page:
    """A second person approves exactly the version that was sent, and it goes out (or at its hour)."""
    review = waiting_review(page)
    if reason := bars.why_barred(page.pk):
        raise NotReadyError(reason)
    if not is_current(review, review.submission.sha256):
        raise NotReadyError(_("The text changed after it was sent. Return it, so that it is sent again."))
    approving.decide(submission_id=review.submission_id, by=by, at=at, approve=True, note=note)
    follow_decision(subject=subject_of(page))
    return fresh(page)


@transaction.atomic
def return_page(*, page: Page, by: User, at: datetime, note: str) -> Page:
    """A second person sends the page back, saying what must change."""
    review = waiting_review(page)
    approving.decide(submission_id=review.submission_id, by=by, at=at, approve=False, note=note)
    follow_decision(subject=subject_of(page))
    return fresh(page)


@transaction.atomic
def follow_decision(*, subject: str) -> None:
    """Let Wagtail's review follow what the approvals room decided: publish, or hand back; safe to repeat.

    A version that was changed after it was sent does not go out: its review stays open until it is sent again.
    """
    page = page_for_subject(subject)
    review = review_of(page) if page is not None else None
    if page is None or review is None or not hasattr(review.submission, "decision"):
        return
    decision = review.submission.decision
    approved = decision.verdict == "approved"
    if approved and (bars.why_barred(page.pk) or not is_current(review, review.submission.sha256)):
        return
    task = review.task.specific
    task.on_action(review, decision.by, "approve" if approved else "reject", comment=decision.note)


@transaction.atomic
def follow_revocation(*, subject: str, sha256: str) -> None:
    """When an approval is revoked, what stands on it leaves the public and the schedule, with the translations that
    follow it; safe to repeat.

    The reason stays in the house: readers are told only that the page is being read again.
    """
    page = page_for_subject(subject)
    if page is None:
        return
    page = locked(page.pk)
    page.revisions.exclude(approved_go_live_at=None).update(approved_go_live_at=None)
    if page.live and page.live_revision_id and page.approval_of_revision(page.live_revision) is None:
        withdraw(page, told=READ_AGAIN, by=None, at=timezone.now())
