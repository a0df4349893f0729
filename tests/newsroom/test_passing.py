"""Between draft and approval: warnings answered for, and the legal check as a stage of its own."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lantoa.approvals import services as approving
from lantoa.approvals.models import Decision
from lantoa.approvals.rules import CannotDecideError
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.newsroom import selectors, services
from lantoa.newsroom.enums import Stage
from lantoa.newsroom.models import AcceptedWarning, LawCheck, PolicyPage, Sending
from lantoa.newsroom.rules import FindingsError, NotReadyError
from tests.newsroom.conftest import NOW, Hire, Write

pytestmark = pytest.mark.django_db
FIGURE = [("paragraph", "<p>Cả xã còn 120 hộ chưa có nước sạch.</p>")]
Policy = Callable[..., PolicyPage]


@pytest.fixture
def policy(site: services.SiteMade, editor: User) -> Policy:
    def make(title: str = "Vay vốn", **facts: Any) -> PolicyPage:
        facts = {"what": "<p>Tiền vay.</p>", **facts}
        return services.write_policy(
            parent=site.policies["vi"], title=title, lead="Vài lời.", by=editor, at=NOW, **facts
        )

    return make


def test_a_warning_stands_with_a_word_of_why_kept_with_the_submission(write: Write, editor: User) -> None:
    page = write(body=FIGURE)
    with pytest.raises(FindingsError, match="120 hộ"):
        services.submit_page(page=page, by=editor, at=NOW)
    with pytest.raises(FindingsError):
        services.submit_page(page=page, by=editor, at=NOW, accepted={"source": "  "})
    sent = services.submit_page(page=page, by=editor, at=NOW, accepted={"source": "Số của xã, đang chờ văn bản."})
    kept = AcceptedWarning.objects.get()
    assert (kept.submission, kept.code, kept.why, kept.by) == (sent, "source", "Số của xã, đang chờ văn bản.", editor)
    for change in (lambda: AcceptedWarning.objects.update(why="Khác"), lambda: AcceptedWarning.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
            change()


def test_what_stops_is_refused_whatever_is_said_for_it(write: Write, editor: User) -> None:
    page = write(body=[("paragraph", "<p>Gia đình chị Lan thuộc hộ nghèo ở ấp.</p>")])
    with pytest.raises(FindingsError) as refused:
        services.submit_page(page=page, by=editor, at=NOW, accepted={"poor_person": "Chị cho phép."})
    (finding,) = refused.value.findings
    assert (finding.code, finding.field) == ("poor_person", "body")
    assert not Sending.objects.exists()


def test_the_desk_shows_what_is_found_and_takes_the_word(write: Write, editor: User, client: Client) -> None:
    page = write(body=FIGURE)
    client.force_login(editor)
    url = reverse("newsroom:send", args=[page.pk])
    assert client.post(reverse("newsroom:submit", args=[page.pk])).url == url  # type: ignore[attr-defined]
    shown = client.get(url).content.decode()
    assert ("120 hộ" in shown, 'name="why-source"' in shown) == (True, True)
    assert client.post(url, {"why-source": ""}).status_code == 200
    assert not AcceptedWarning.objects.exists()
    assert client.post(url, {"why-source": "Xã báo miệng."}).status_code == 302
    assert AcceptedWarning.objects.get().why == "Xã báo miệng."


def test_nobody_approves_before_the_law_is_cleared(
    policy: Policy, editor: User, reviewer: User, leader: User, client: Client
) -> None:
    page = policy()
    sent = services.submit_page(page=page, by=editor, at=NOW)
    assert [one.stage for one in selectors.desk_pages(editor)] == [Stage.LAW]
    with pytest.raises(CannotDecideError):
        services.approve_page(page=page, by=leader, at=NOW)
    with pytest.raises(DatabaseError, match="newsroom_law_first"), transaction.atomic():
        Decision.objects.create(submission=sent, by=leader, at=timezone.now(), verdict="approved", post_title="")
    client.force_login(leader)
    assert "approved" not in client.get(reverse("approvals:review", args=[sent.pk])).content.decode()
    check = services.clear_law(page=page, by=reviewer, at=NOW, note="Đúng căn cứ.")
    assert (check.sending.submission, check.by, bool(check.post_title)) == (sent, reviewer, True)
    review = client.get(reverse("approvals:review", args=[sent.pk])).content.decode()
    assert ('value="approved"' in review, "Đúng căn cứ." in review) == (True, True)
    assert services.approve_page(page=page, by=leader, at=NOW).live


def test_who_may_check_the_law(policy: Policy, editor: User, hire: Hire, unit: int, other_unit: int) -> None:
    page = policy()
    sent = services.submit_page(page=page, by=editor, at=NOW)
    boss = hire(Role.EDITOR, Role.REVIEWER, Role.LEADER, unit=unit, is_superuser=True)
    with pytest.raises(AccessDenied):
        services.clear_law(page=page, by=hire(Role.EDITOR, unit=unit), at=NOW)
    with pytest.raises(AccessDenied):
        services.clear_law(page=page, by=hire(Role.REVIEWER, unit=other_unit), at=NOW)
    services.revise_page(page=page, by=boss, at=NOW, lead="Sửa.")
    sent = services.submit_page(page=page, by=editor, at=NOW)
    with pytest.raises(NotReadyError):
        services.clear_law(page=page, by=boss, at=NOW)
    with pytest.raises(DatabaseError, match="newsroom_law_own_text"), transaction.atomic():
        LawCheck.objects.create(sending=sent.sending, verdict="cleared", by=boss, at=timezone.now(), post_title="")


def test_an_edit_takes_the_check_away(policy: Policy, editor: User, reviewer: User, leader: User) -> None:
    page = policy()
    services.submit_page(page=page, by=editor, at=NOW)
    services.clear_law(page=page, by=reviewer, at=NOW)
    services.revise_page(page=page, by=editor, at=NOW, lead="Sửa một dấu phẩy.")
    services.submit_page(page=page, by=editor, at=NOW)
    with pytest.raises(CannotDecideError):
        services.approve_page(page=page, by=reviewer, at=NOW)
    services.clear_law(page=page, by=reviewer, at=NOW)
    assert services.approve_page(page=page, by=leader, at=NOW).live
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        LawCheck.objects.update(verdict="objected", note="x")


def test_the_legal_officer_hands_back_on_the_desk_and_the_author_reads_why(
    policy: Policy, editor: User, reviewer: User, leader: User, client: Client
) -> None:
    page = policy()
    sent = services.submit_page(page=page, by=editor, at=NOW)
    client.force_login(reviewer)
    assert "Vay vốn" in client.get(reverse("newsroom:law_queue")).content.decode()
    url = reverse("newsroom:law", args=[sent.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"verdict": "objected", "note": ""}).status_code == 200
    assert client.post(url, {"verdict": "objected", "note": "Thiếu điều khoản."}).status_code == 302
    (line,) = selectors.desk_lines(selectors.desk_pages(editor))
    assert line.law is not None
    assert (line.stage, line.law.note, line.law.by) == (Stage.RETURNED, "Thiếu điều khoản.", reviewer)
    client.force_login(editor)
    assert "Thiếu điều khoản." in client.get(reverse("newsroom:pages")).content.decode()
    assert "Thiếu điều khoản." in client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    again = services.submit_page(page=page, by=editor, at=timezone.now())
    assert again.pk != sent.pk
    services.clear_law(page=page, by=reviewer, at=timezone.now())
    assert services.approve_page(page=page, by=leader, at=timezone.now()).live


def test_which_kinds_need_it_is_configuration(
    policy: Policy, write: Write, editor: User, reviewer: User, settings: Any
) -> None:
    services.submit_page(page=(article := write("Chuyện ở ấp")), by=editor, at=NOW)
    assert services.approve_page(page=article, by=reviewer, at=NOW).live
    settings.LANTOA_LAW_CHECK_KINDS = []
    services.submit_page(page=(page := policy()), by=editor, at=NOW)
    assert services.approve_page(page=page, by=reviewer, at=NOW).live


def test_a_version_sent_around_the_newsroom_is_not_approved(write: Write, editor: User, reviewer: User) -> None:
    page = write()
    sent = approving.submit(
        subject=f"newsroom.page:{page.pk}", label="Vòng", content={"a": "b"}, authors=[editor], unit_id=page.unit_id,
        by=editor, at=NOW,
    )  # fmt: skip
    with pytest.raises(CannotDecideError):
        approving.decide(submission_id=sent.pk, by=reviewer, at=NOW, approve=True)


def test_who_cleared_the_law_does_not_approve_from_an_acting_post_either(
    policy: Policy, editor: User, reviewer: User, leader: User, hire: Hire, unit: int, client: Client, settings: Any
) -> None:
    page = policy()
    sent = services.submit_page(page=page, by=editor, at=NOW)
    boss = hire(Role.REVIEWER, Role.LEADER, unit=unit)  # a reviewer who also stands in for the leader
    services.clear_law(page=page, by=boss, at=NOW)
    with pytest.raises(CannotDecideError, match="Người khác phải duyệt"):
        services.approve_page(page=page, by=boss, at=NOW)
    with pytest.raises(DatabaseError, match="newsroom_law_four_eyes"), transaction.atomic():
        Decision.objects.create(submission=sent, by=boss, at=timezone.now(), verdict="approved", post_title="")
    client.force_login(boss)
    review = client.get(reverse("approvals:review", args=[sent.pk])).content.decode()
    assert ('value="approved"' in review, "Người khác phải duyệt" in review) == (False, True)
    assert services.approve_page(page=page, by=leader, at=NOW).live

    settings.LANTOA_LAW_CLEARER_MAY_APPROVE = True  # the plan of approvals of a small house
    other = policy("Nước sạch")
    services.submit_page(page=other, by=editor, at=NOW)
    settings.LANTOA_LAW_CLEARER_MAY_APPROVE = False  # a later word changes nothing that waits
    services.clear_law(page=other, by=reviewer, at=NOW)
    assert services.approve_page(page=other, by=reviewer, at=NOW).live
