"""The gate, from the services' side: who may let which version out."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, Task, Workflow

from lantoa.approvals import services as approving
from lantoa.approvals.rules import CannotDecideError
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.newsroom import services
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import ArticlePage, Clearance, NewsImage
from lantoa.newsroom.rules import NotReadyError
from tests.newsroom.conftest import NOW, Hire, Write

pytestmark = pytest.mark.django_db


def test_second_person_lets_exactly_the_sent_version_out(write: Write, editor: User, reviewer: User) -> None:
    page = write()
    sent = services.submit_page(page=page, by=editor, at=NOW)
    live = services.approve_page(page=page, by=reviewer, at=NOW)
    clearance = Clearance.objects.get()
    assert (live.live, live.live_revision_id) == (True, page.latest_revision_id)
    assert (clearance.page_id, clearance.revision_id) == (page.pk, page.latest_revision_id)
    assert (clearance.decision.submission_id, clearance.decision.by) == (sent.pk, reviewer)


def test_author_and_author_superuser_do_not_approve(write: Write, hire: Hire, unit: int) -> None:
    boss = hire(Role.LEADER, Role.EDITOR, unit=unit, is_superuser=True)
    page = write(by=boss)
    services.submit_page(page=page, by=boss, at=NOW)
    with pytest.raises(CannotDecideError):
        services.approve_page(page=page, by=boss, at=NOW)
    assert not ArticlePage.objects.get(pk=page.pk).live


def test_everyone_who_saved_a_version_is_an_author(write: Write, editor: User, leader: User) -> None:
    page = write()
    services.revise_page(page=page, by=leader, at=NOW, lead="Sửa một chữ.")
    services.submit_page(page=page, by=editor, at=NOW)
    with pytest.raises(CannotDecideError):
        services.approve_page(page=page, by=leader, at=NOW)


def test_a_comma_later_the_approval_is_gone(write: Write, editor: User, publish: object) -> None:
    page = publish(write())  # type: ignore[operator]
    assert page.approved_now() is not None
    draft = services.revise_page(page=page, by=editor, at=NOW, lead="Chuyện, ở ấp.")
    assert draft.approved_now() is None
    with pytest.raises(PermissionDenied):
        draft.get_latest_revision().publish(user=editor)
    with pytest.raises(PermissionDenied):
        draft.get_latest_revision().publish()


def test_changed_while_waiting_does_not_go_out(write: Write, editor: User, reviewer: User) -> None:
    page = write()
    services.submit_page(page=page, by=editor, at=NOW)
    services.revise_page(page=page, by=editor, at=NOW, lead="Lén sửa.")
    with pytest.raises(NotReadyError):
        services.approve_page(page=page, by=reviewer, at=NOW)
    services.submit_page(page=page, by=editor, at=NOW)
    assert services.approve_page(page=page, by=reviewer, at=NOW).live


def test_decision_on_the_desk_publishes_by_job(write: Write, editor: User, reviewer: User, run_jobs: object) -> None:
    page = write()
    sent = services.submit_page(page=page, by=editor, at=NOW)
    approving.decide(submission_id=sent.pk, by=reviewer, at=NOW, approve=True)
    assert not ArticlePage.objects.get(pk=page.pk).live
    run_jobs()  # type: ignore[operator]
    assert ArticlePage.objects.get(pk=page.pk).live


def test_return_on_the_desk_hands_the_page_back(write: Write, editor: User, reviewer: User, run_jobs: object) -> None:
    page = write()
    sent = services.submit_page(page=page, by=editor, at=NOW)
    approving.decide(submission_id=sent.pk, by=reviewer, at=NOW, approve=False, note="Thiếu căn cứ")
    run_jobs()  # type: ignore[operator]
    page = ArticlePage.objects.get(pk=page.pk)
    assert (page.live, page.current_workflow_state.status) == (False, "needs_changes")
    services.revise_page(page=page, by=editor, at=NOW, lead="Theo Nghị định.")
    services.submit_page(page=page, by=editor, at=NOW)
    assert services.approve_page(page=page, by=reviewer, at=NOW).live


def test_revoked_approval_takes_the_page_down(write: Write, publish: object, reviewer: User, run_jobs: object) -> None:
    page = publish(write())  # type: ignore[operator]
    decision = Clearance.objects.get().decision_id
    approving.revoke(decision_id=decision, by=reviewer, at=NOW, reason="Số sai")
    run_jobs()  # type: ignore[operator]
    assert not ArticlePage.objects.get(pk=page.pk).live


def test_unpublish_and_publish_again_needs_the_approval_still(write: Write, publish: object, editor: User) -> None:
    page = publish(write())  # type: ignore[operator]
    page.unpublish()
    page.get_latest_revision().publish()
    assert ArticlePage.objects.get(pk=page.pk).live
    page = ArticlePage.objects.get(pk=page.pk)
    page.unpublish()
    services.revise_page(page=page, by=editor, at=NOW, lead="Khác.")
    with pytest.raises(PermissionDenied):
        ArticlePage.objects.get(pk=page.pk).get_latest_revision().publish()


def _by_sql(draft: ArticlePage, live: ArticlePage) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE wagtailcore_page SET live = true WHERE id = %s", [draft.pk])


def _by_save(draft: ArticlePage, live: ArticlePage) -> None:
    draft.live = True
    draft.save()


WAYS_ROUND = {
    "update": lambda draft, live: Page.objects.filter(pk=draft.pk).update(live=True),
    "save": _by_save,
    "copy": lambda draft, live: live.copy(keep_live=True, update_attrs={"slug": "ban-sao"}),
    "alias": lambda draft, live: live.create_alias(update_slug="bi-danh"),
    "title": lambda draft, live: Page.objects.filter(pk=live.pk).update(title="Đổi tít"),
    "sql": _by_sql,
}


@pytest.mark.parametrize("way", WAYS_ROUND)
def test_database_refuses_every_way_round(way: str, write: Write, publish: object) -> None:
    live, draft = publish(write("Đã duyệt")), write("Chưa duyệt")  # type: ignore[operator]
    with pytest.raises(DatabaseError, match="newsroom_gate"), transaction.atomic():
        WAYS_ROUND[way](draft, live)


def test_scaffold_is_live_and_later_edits_are_gated(site: services.SiteMade, editor: User) -> None:
    home = site.home["vi"]
    assert home.live
    draft = services.revise_page(page=home, by=editor, at=NOW, title="Tít mới")
    with pytest.raises(PermissionDenied):
        draft.get_latest_revision().publish(user=editor)


def test_site_is_made_once(site: services.SiteMade, unit: int) -> None:
    again = services.ensure_site(province_name="Tỉnh Mẫu", unit_id=unit, by=None, at=NOW)
    assert again == site
    assert Page.objects.count() == 1 + len(again.home) * (1 + len(SectionKind))
    assert [*Workflow.objects.values_list("name", flat=True), *Task.objects.values_list("name", flat=True)] == [
        "Người thứ hai duyệt",
        "Người thứ hai duyệt",
    ]


def test_editors_meet_no_english_name_above_their_pages(site: services.SiteMade) -> None:
    home = site.home["vi"]
    assert home.get_parent().title == "Tòa soạn"
    assert home.get_workflow().name == "Người thứ hai duyệt"


def test_scheduled_page_goes_out_at_its_hour_unless_revoked(
    write: Write, editor: User, reviewer: User, run_jobs: object
) -> None:
    hour = timezone.now() + timedelta(hours=1)
    pages = [write(title, go_live_at=hour) for title in ("Đến giờ", "Bị thu hồi")]
    for page in pages:
        services.submit_page(page=page, by=editor, at=NOW)
        assert not services.approve_page(page=page, by=reviewer, at=NOW).live
    revoked = Clearance.objects.get(page=pages[1]).decision_id
    approving.revoke(decision_id=revoked, by=reviewer, at=NOW, reason="Số sai")
    run_jobs()  # type: ignore[operator]
    with time_machine.travel(hour + timedelta(minutes=1), tick=False):
        call_command("publish_scheduled")
    assert [ArticlePage.objects.get(pk=page.pk).live for page in pages] == [True, False]


def test_faces_without_consent_stop_the_page(write: Write, editor: User, publish: object) -> None:
    face = NewsImage.objects.create(
        title="Chân dung", description="Một người cười.", shows_people=True, file=get_test_image_file()
    )
    page = write(body=[("image", {"image": face, "caption": ""})])
    for seen, why in ((None, "Chưa ai cho biết"), (True, "chưa lưu sự đồng ý")):
        face.shows_people = seen
        face.save()
        with pytest.raises(NotReadyError, match=f"Chân dung.*{why}"):
            services.submit_page(page=page, by=editor, at=NOW)
    face.consent_from, face.consent_document, face.consent_on = "Người trong ảnh", "Giấy", NOW
    face.consent_scope = "online"
    face.save()
    assert publish(page).live  # type: ignore[operator]


def test_a_changed_alt_text_or_file_voids_the_approval(write: Write, publish: object) -> None:
    image = NewsImage.objects.create(
        title="Ghe", description="Chiếc ghe.", shows_people=False, file=get_test_image_file()
    )
    page = publish(write(body=[("image", {"image": image, "caption": ""})]))  # type: ignore[operator]
    assert page.approved_now() is not None
    image.description = "Hai chiếc ghe."
    image.save()
    assert page.approved_now() is None
