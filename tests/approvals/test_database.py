"""What the database itself refuses, tried by direct SQL as its owner."""

import json
from hashlib import sha256

import pytest
from django.db import DatabaseError, connection, transaction

from lantoa.approvals import services
from lantoa.approvals.models import Submission
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from tests.approvals.conftest import NOW, Hire

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def run(sql: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.fixture
def asked(editor: User, unit: int) -> Submission:
    return services.submit(
        subject="outreach.message:1",
        label="Tin",
        content={"vi": "chữ"},
        authors=[editor],
        unit_id=unit,
        by=editor,
        at=NOW,
    )


DECIDE = """INSERT INTO approvals_decision (submission_id, by_id, at, verdict, note, post_title)
    VALUES (%s, %s, %s, %s, %s, '')"""
SUBMIT = (
    "INSERT INTO approvals_submission (subject, label, content, sha256, submitted_by_id, submitted_at, unit_id)"
    " VALUES ('a.b:1', 'x', %s, %s, %s, %s, %s)"
)


def test_hash_must_be_of_the_content(editor: User, unit: int) -> None:
    text = json.dumps({"vi": "chữ"}, ensure_ascii=False)
    run(SUBMIT, text, sha256(text.encode()).hexdigest(), editor.pk, NOW, unit)
    with pytest.raises(DatabaseError, match="sha256_is_of_content"):
        run(SUBMIT, text, sha256(b"khac").hexdigest(), editor.pk, NOW, unit)


def test_author_superuser_cannot_decide(hire: Hire, unit: int) -> None:
    boss = hire(Role.LEADER, unit=unit, is_superuser=True)
    asked = services.submit(subject="a.b:1", label="x", content={"a": 1}, authors=[boss], unit_id=unit, by=boss, at=NOW)
    with pytest.raises(DatabaseError, match="approvals_own_text"):
        run(DECIDE, asked.pk, boss.pk, NOW, "approved", "")


def test_no_author_no_decision(editor: User, reviewer: User, unit: int) -> None:
    run(SUBMIT, "{}", sha256(b"{}").hexdigest(), editor.pk, NOW, unit)
    with pytest.raises(DatabaseError, match="approvals_no_author"):
        run(DECIDE, Submission.objects.get().pk, reviewer.pk, NOW, "approved", "")


def test_second_word_and_wordless_return_are_refused(asked: Submission, reviewer: User, hire: Hire, unit: int) -> None:
    with pytest.raises(DatabaseError, match="decision_return_says_why"):
        run(DECIDE, asked.pk, reviewer.pk, NOW, "returned", " ")
    run(DECIDE, asked.pk, reviewer.pk, NOW, "approved", "")
    with pytest.raises(DatabaseError):
        run(DECIDE, asked.pk, hire(Role.LEADER, unit=unit).pk, NOW, "returned", "muộn")


def test_withdrawn_cannot_be_decided(asked: Submission, editor: User, reviewer: User) -> None:
    services.withdraw(submission_id=asked.pk, by=editor, at=NOW)
    with pytest.raises(DatabaseError, match="approvals_not_open"):
        run(DECIDE, asked.pk, reviewer.pk, NOW, "approved", "")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE approvals_submission SET label = 'khác'",
        "UPDATE approvals_submission SET content = '{}', sha256 = encode(sha256('{}'), 'hex')",
        "UPDATE approvals_submission SET withdrawn_at = now()",
        "DELETE FROM approvals_submission",
        "UPDATE approvals_decision SET by_id = submission_id",
        "DELETE FROM approvals_decision",
        "UPDATE approvals_submissionauthor SET user_id = 1",
        "DELETE FROM approvals_submissionauthor",
        "INSERT INTO approvals_submissionauthor (submission_id, user_id) SELECT id, 1 FROM approvals_submission",
        "TRUNCATE approvals_revocation",
        "TRUNCATE approvals_submission CASCADE",
        "UPDATE approvals_revocation SET reason = 'khác'",
        "DELETE FROM approvals_revocation",
    ],
)
def test_rows_are_append_only(sql: str, asked: Submission, reviewer: User) -> None:
    decision = services.decide(submission_id=asked.pk, by=reviewer, at=NOW, approve=True)
    services.revoke(decision_id=decision.pk, by=reviewer, at=NOW, reason="Số sai")
    with pytest.raises(DatabaseError):
        run(sql)


def test_only_approvals_are_revoked(asked: Submission, reviewer: User) -> None:
    back = services.decide(submission_id=asked.pk, by=reviewer, at=NOW, approve=False, note="sửa")
    with pytest.raises(DatabaseError, match="approvals_not_approved"):
        run(
            "INSERT INTO approvals_revocation (decision_id, by_id, at, reason) VALUES (%s, %s, %s, 'x')",
            back.pk, reviewer.pk, NOW,
        )  # fmt: skip
