"""The desk's approval pages, as each person sees them."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from lantoa.approvals import services
from lantoa.approvals.models import Decision, Submission
from lantoa.approvals.subjects import Section, register_subject
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from tests.approvals.conftest import NOW, Hire

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(editor: User, unit: int) -> Submission:
    register_subject("tests.note", lambda content: [Section("SMS", content["sms"])], label="Tin thử")
    return services.submit(
        subject="tests.note:1",
        label="Vay vốn",
        content={"sms": "Lãi 6,6%"},
        authors=[],
        unit_id=unit,
        by=editor,
        at=NOW,
    )


def page(client: Client, user: User, name: str, *args: int) -> str:
    client.force_login(user)
    response = client.get(reverse(f"approvals:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode().replace("\xa0", " ")


def test_each_person_sees_their_own_queue(asked: Submission, editor: User, reviewer: User, client: Client) -> None:
    seen = {who: "Vay" in page(client, who, which) for who in (editor, reviewer) for which in ("waiting",)}
    assert seen == {editor: False, reviewer: True}
    assert "Vay" in page(client, editor, "sent")


def test_reviewer_decides_and_author_reads_why_not(
    asked: Submission, editor: User, reviewer: User, client: Client
) -> None:
    mine, theirs = page(client, editor, "review", asked.pk), page(client, reviewer, "review", asked.pk)
    assert ['value="approved"' in html for html in (mine, theirs)] == [False, True]
    assert "Lãi 6,6%" in theirs
    assert re.findall(r"\sstyle=|<style", theirs) == []
    url = reverse("approvals:review", args=[asked.pk])
    assert client.post(url, {"verdict": "returned", "note": ""}).status_code == 200
    assert client.post(url, {"verdict": "approved"}).status_code == 302
    assert Decision.objects.get().by == reviewer


def test_author_posting_anyway_changes_nothing(asked: Submission, editor: User, client: Client) -> None:
    client.force_login(editor)
    client.post(reverse("approvals:review", args=[asked.pk]), {"verdict": "approved"})
    assert not Decision.objects.exists()


def test_changed_words_since_the_last_approval_are_shown(
    asked: Submission, editor: User, reviewer: User, unit: int, client: Client
) -> None:
    services.decide(submission_id=asked.pk, by=reviewer, at=NOW, approve=True)
    new = services.submit(
        subject="tests.note:1",
        label="Vay vốn",
        content={"sms": "Lãi 6,5%"},
        authors=[],
        unit_id=unit,
        by=editor,
        at=NOW,
    )
    html = page(client, reviewer, "review", new.pk)
    assert ("<del>6,6%</del>" in html, "<ins>6,5%</ins>" in html) == (True, True)


def test_withdraw_and_revoke_from_the_page(
    asked: Submission, editor: User, reviewer: User, unit: int, client: Client
) -> None:
    services.decide(submission_id=asked.pk, by=reviewer, at=NOW, approve=True)
    page(client, reviewer, "revoke", asked.pk)
    client.post(reverse("approvals:revoke", args=[asked.pk]), {"reason": "Số sai"})
    assert Decision.objects.get().revocation.reason == "Số sai"
    again = services.submit(
        subject="tests.note:1", label="x", content={"sms": "khác"}, authors=[], unit_id=unit, by=editor, at=NOW
    )
    client.force_login(editor)
    client.post(reverse("approvals:withdraw", args=[again.pk]))
    again.refresh_from_db()
    assert again.withdrawn_at is not None


def test_another_unit_and_a_stranger_are_shut_out(
    asked: Submission, hire: Hire, other_unit: int, client: Client
) -> None:
    url = reverse("approvals:review", args=[asked.pk])
    assert client.get(url).status_code == 302
    client.force_login(hire(Role.REVIEWER, unit=other_unit))
    assert client.get(url).status_code == 404
    client.force_login(hire(unit=other_unit, is_superuser=True))
    assert client.get(url).status_code == 403
