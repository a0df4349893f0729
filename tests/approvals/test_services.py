"""Asking, deciding, taking back and revoking, through the services."""

from datetime import timedelta

import pytest

from lantoa.approvals import selectors, services
from lantoa.approvals.enums import Verdict
from lantoa.approvals.models import Submission
from lantoa.approvals.rules import CannotDecideError
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.enums import Role
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import AuditEntry, User
from tests.approvals.conftest import NOW, Hire

pytestmark = pytest.mark.django_db
SUBJECT = "outreach.message:1"
TEXT = {"vi": {"sms": "Vay vốn, lãi 6,6%/năm"}}


def ask(by: User, unit: int, content: dict = TEXT, **extra: object) -> Submission:
    return services.submit(
        subject=SUBJECT,
        label="Vay vốn",
        content=content,
        authors=extra.pop("authors", [by]),
        unit_id=unit,
        by=by,
        at=NOW,
        **extra,
    )


def test_second_person_approves_and_approval_binds_the_hash(editor: User, reviewer: User, unit: int) -> None:
    asked = ask(editor, unit)
    decision = services.decide(submission_id=asked.pk, by=reviewer, at=NOW, approve=True)
    approval = selectors.approval_of(SUBJECT, selectors.content_hash(TEXT))
    assert approval == selectors.Approval(SUBJECT, asked.sha256, decision.pk, reviewer, str(Role.REVIEWER.label), NOW)
    assert selectors.approval_of(SUBJECT, selectors.content_hash({"vi": {"sms": "Vay vốn, lãi 6,5%/năm"}})) is None
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["approvals.submitted", "approvals.approved"]


def test_asking_again_for_the_same_content_returns_the_same_submission(editor: User, reviewer: User, unit: int) -> None:
    first = ask(editor, unit)
    assert ask(editor, unit) == first
    services.decide(submission_id=first.pk, by=reviewer, at=NOW, approve=True)
    assert ask(editor, unit) == first


def test_asking_again_names_the_new_author_too(editor: User, hire: Hire, unit: int) -> None:
    leader = hire(Role.LEADER, unit=unit)
    asked = ask(editor, unit)
    ask(leader, unit)
    with pytest.raises(CannotDecideError):
        services.decide(submission_id=asked.pk, by=leader, at=NOW, approve=True)


def test_new_wording_takes_the_open_one_back(editor: User, reviewer: User, unit: int) -> None:
    old = ask(editor, unit)
    new = ask(editor, unit, {"vi": {"sms": "khác"}})
    old.refresh_from_db()
    assert (old.withdrawn_at, new.withdrawn_at) == (NOW, None)
    with pytest.raises(CannotDecideError):
        services.decide(submission_id=old.pk, by=reviewer, at=NOW, approve=True)


@pytest.mark.parametrize("how", ["author", "sender", "superuser"])
def test_nobody_decides_on_their_own_text(how: str, hire: Hire, editor: User, unit: int) -> None:
    boss = hire(Role.LEADER, unit=unit, is_superuser=how == "superuser")
    asked = ask(editor, unit, authors=[boss]) if how == "author" else ask(boss, unit)
    with pytest.raises(CannotDecideError):
        services.decide(submission_id=asked.pk, by=boss, at=NOW, approve=True)
    assert not hasattr(Submission.objects.get(pk=asked.pk), "decision")


def test_a_post_elsewhere_or_none_does_not_decide(hire: Hire, editor: User, unit: int, other_unit: int) -> None:
    asked = ask(editor, unit)
    elsewhere = hire(Role.LEADER, unit=other_unit)
    colleague = hire(Role.EDITOR, unit=unit)
    superuser = hire(unit=unit, is_superuser=True)
    for person in (elsewhere, colleague, superuser):
        with pytest.raises(AccessDenied):
            services.decide(submission_id=asked.pk, by=person, at=NOW, approve=True)


def test_return_needs_a_note_and_lets_the_same_text_be_sent_again(editor: User, reviewer: User, unit: int) -> None:
    asked = ask(editor, unit)
    with pytest.raises(CannotDecideError):
        services.decide(submission_id=asked.pk, by=reviewer, at=NOW, approve=False, note="  ")
    back = services.decide(submission_id=asked.pk, by=reviewer, at=NOW, approve=False, note="Thiếu căn cứ")
    assert (back.verdict, back.note) == (Verdict.RETURNED, "Thiếu căn cứ")
    assert ask(editor, unit) != asked


def test_first_word_closes(editor: User, reviewer: User, hire: Hire, unit: int) -> None:
    asked = ask(editor, unit)
    services.decide(submission_id=asked.pk, by=reviewer, at=NOW, approve=False, note="Sửa")
    with pytest.raises(CannotDecideError):
        services.decide(submission_id=asked.pk, by=hire(Role.LEADER, unit=unit), at=NOW, approve=True)


def test_revoking_ends_the_approval_and_a_new_one_may_follow(editor: User, reviewer: User, unit: int) -> None:
    asked = ask(editor, unit)
    decision = services.decide(submission_id=asked.pk, by=reviewer, at=NOW, approve=True)
    with pytest.raises(LantoaError):
        services.revoke(decision_id=decision.pk, by=reviewer, at=NOW, reason="")
    services.revoke(decision_id=decision.pk, by=reviewer, at=NOW, reason="Số sai")
    assert selectors.approval_of(SUBJECT, asked.sha256) is None
    again = ask(editor, unit)
    later = services.decide(submission_id=again.pk, by=reviewer, at=NOW + timedelta(hours=1), approve=True)
    assert again != asked
    assert selectors.approval_of(SUBJECT, asked.sha256).decision_id == later.pk  # type: ignore[union-attr]


def test_only_authors_take_back(editor: User, reviewer: User, unit: int) -> None:
    asked = ask(editor, unit)
    with pytest.raises(LantoaError):
        services.withdraw(submission_id=asked.pk, by=reviewer, at=NOW)
    assert services.withdraw(submission_id=asked.pk, by=editor, at=NOW).withdrawn_at == NOW


def test_lists_show_each_person_their_own(editor: User, reviewer: User, hire: Hire, unit: int, other_unit: int) -> None:
    asked = ask(editor, unit)
    stranger = hire(Role.REVIEWER, unit=other_unit)
    assert [list(selectors.pending_for(user)) for user in (editor, reviewer, stranger)] == [[], [asked], []]
    assert [list(selectors.sent_by(user)) for user in (editor, reviewer)] == [[asked], []]
    assert list(selectors.visible(stranger)) == []
    services.decide(submission_id=asked.pk, by=reviewer, at=NOW, approve=True)
    assert (list(selectors.pending_for(reviewer)), list(selectors.decided_for(reviewer))) == ([], [asked])
