"""What readers are told: a correction with the new version and not before, a withdrawn page's address at once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.models import PageViewRestriction

from lantoa.approvals import services as approving
from lantoa.kernel.models import User
from lantoa.newsroom import services
from lantoa.newsroom.models import ArticlePage, Clearance, Correction, Withdrawal
from lantoa.newsroom.rules import NotReadyError
from tests.newsroom.conftest import NOW, Write
from tests.newsroom.passing import approve, let_out, send

pytestmark = pytest.mark.django_db
NOTE = services.Note("Hạn nộp là 30/11, không phải 30/10.", "Người soạn đọc nhầm công văn.", grave=True)
Publish = Callable[..., Any]


def text(client: Client, url: str) -> str:
    return client.get(url).content.decode().replace("\xa0", " ")


def everywhere(client: Client, words: str) -> list[bool]:
    return [words in text(client, url) for url in ("/dinh-chinh/", "/dinh-chinh/atom.xml")]


def test_a_correction_is_public_with_the_approved_version_and_not_before(
    write: Write, publish: Publish, editor: User, reviewer: User, client: Client
) -> None:
    page = publish(write("Hạn nộp đơn"))
    services.revise_page(page=page, by=editor, at=NOW, lead="Nộp đơn trước ngày 30/11.")
    send(page, by=editor, at=NOW, correction=NOTE)
    assert (NOTE.what in text(client, page.url), everywhere(client, NOTE.what)) == (False, [False, False])
    live = approve(page, by=reviewer, at=NOW)
    shown = text(client, live.url)
    assert (shown.count(NOTE.what), NOTE.why in shown) == (2, True), "at the head, being grave, and at the foot"
    assert everywhere(client, NOTE.what) == [True, True]
    feed = client.get("/dinh-chinh/atom.xml")
    assert (feed["Content-Type"].split(";")[0], feed["Cache-Control"]) == (
        "application/atom+xml", "public, no-cache",
    )  # fmt: skip


def test_the_approval_binds_the_note(write: Write, publish: Publish, editor: User, reviewer: User) -> None:
    page = publish(write())
    revised = services.revise_page(page=page, by=editor, at=NOW, lead="Sửa.")
    plain = send(page, by=editor, at=NOW)
    noted = send(page, by=editor, at=NOW, correction=NOTE)
    assert plain.sha256 != noted.sha256
    approve(page, by=reviewer, at=NOW)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        Correction.objects.update(what="Khác")
    kept = Correction.objects.get()
    with pytest.raises(DatabaseError, match="newsroom_correction_late"), transaction.atomic():
        Correction.objects.create(
            page=kept.page, revision=Clearance.objects.exclude(revision=revised.latest_revision).get().revision,
            what="Muộn", why="Muộn", by=editor, at=NOW,
        )  # fmt: skip


def test_only_a_published_page_is_corrected_and_with_words(write: Write, publish: Publish, editor: User) -> None:
    with pytest.raises(NotReadyError):
        services.submit_page(page=write("Nháp"), by=editor, at=NOW, correction=NOTE)
    page = publish(write("Đã đăng"))
    services.revise_page(page=page, by=editor, at=NOW, lead="Sửa.")
    with pytest.raises(NotReadyError):
        services.submit_page(page=page, by=editor, at=NOW, correction=services.Note("Sai số.", " "))


def test_the_desk_asks_whether_it_is_a_correction(write: Write, publish: Publish, editor: User, client: Client) -> None:
    page = publish(write())
    services.revise_page(page=page, by=editor, at=NOW, lead="Sửa.")
    client.force_login(editor)
    url = reverse("newsroom:send", args=[page.pk])
    told = {"kind": "correction", "what": "Sai tên ấp.", "why": ""}
    refused = client.post(url, told)
    assert (refused.status_code, "Sai tên ấp." in refused.content.decode()) == (200, True)
    assert client.post(url, {**told, "why": "Ghi nhầm."}).status_code == 302
    assert (Correction.objects.get().what, Correction.objects.get().grave) == ("Sai tên ấp.", False)


def test_a_withdrawn_page_is_gone_at_once_and_its_address_says_why(
    write: Write, publish: Publish, editor: User, leader: User, client: Client
) -> None:
    page, other = publish(write("Tên riêng trong tít", lead="Điều không nên đăng.")), publish(write("Bài thay thế"))
    services.revise_page(page=page, by=editor, at=NOW, lead="Bản sửa.")
    let_out(page, author=editor, reviewer=leader, at=NOW)
    url, section = page.url, page.get_parent().url
    assert "Tên riêng" in text(client, section)
    services.sync_groups(user=leader, at=NOW)
    services.withdraw_page(
        page=page, by=leader, at=NOW, reason="Lộ tên người dân.", told="Trang nêu điều chưa kiểm chứng.", instead=other
    )
    gone = client.get(url)
    words = gone.content.decode().replace("\xa0", " ")
    assert (gone.status_code, gone["Cache-Control"]) == (410, "public, no-cache")
    assert "có ích không" not in words, "what is gone is not judged"
    assert ["chưa kiểm chứng" in words, "23/11/2026" in words, other.url in words] == [True, True, True]
    leaks = ("Tên riêng", "Điều không nên đăng", "Bản sửa", "Lộ tên")
    seen = [
        words,
        *(text(client, where) for where in (section, "/dinh-chinh/", "/dinh-chinh/atom.xml", "/tim/?q=rieng")),
    ]
    assert [(leak, n) for n, one in enumerate(seen) for leak in leaks if leak in one] == []
    assert page.slug not in "".join(seen[2:4])
    assert everywhere(client, "chưa kiểm chứng") == [True, True]
    assert client.get("/tin/chua-tung-co/").status_code == 404


def test_a_correction_goes_with_its_page_and_a_page_put_back_still_says_that_it_was_withdrawn(
    write: Write, publish: Publish, editor: User, reviewer: User, leader: User, client: Client
) -> None:
    page = publish(write())
    services.revise_page(page=page, by=editor, at=NOW, lead="Sửa.")
    send(page, by=editor, at=NOW, correction=NOTE)
    approve(page, by=reviewer, at=NOW)
    services.withdraw_page(page=page, by=leader, at=NOW, reason="Sai.", told="Đang xem lại.")
    assert everywhere(client, NOTE.what) == [False, False]
    with pytest.raises(PublishPagePermissionError):
        ArticlePage.objects.get(pk=page.pk).get_latest_revision().publish()
    send(page, by=editor, at=NOW)
    assert client.get(page.url).status_code == 410, "the same words, and nobody but their author has read them again"
    approve(page, by=reviewer, at=NOW)
    assert (client.get(page.url).status_code, everywhere(client, "Đang xem lại.")) == (200, [True, True])
    assert everywhere(client, f"“{page.title}” từng bị gỡ, nay đã đăng lại") == [True, True]
    assert f'href="{page.url}"' in client.get("/dinh-chinh/").text


def test_a_revoked_approval_leaves_a_410_without_the_reason(
    write: Write, publish: Publish, reviewer: User, client: Client, run_jobs: Callable[[], None]
) -> None:
    page = publish(write())
    decision = Clearance.objects.get().decision_id
    approving.revoke(decision_id=decision, by=reviewer, at=NOW, reason="Số liệu mật")
    run_jobs()
    gone = client.get(page.url)
    assert (gone.status_code, "Số liệu mật" in gone.content.decode()) == (410, False)


def test_the_desk_takes_down_with_both_reasons(
    write: Write, publish: Publish, editor: User, leader: User, client: Client
) -> None:
    page = publish(write())
    url = reverse("newsroom:withdraw", args=[page.pk])
    client.force_login(editor)
    assert client.get(url).status_code == 403
    client.force_login(leader)
    assert client.post(url, {"reason": "Sai.", "told": ""}).status_code == 200
    assert client.post(url, {"reason": "Sai.", "told": "Trang có chỗ sai."}).status_code == 302
    kept = Withdrawal.objects.get()
    assert (kept.told, kept.by, client.get(page.url).status_code) == ("Trang có chỗ sai.", leader, 410)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        Withdrawal.objects.update(told="Khác")


@pytest.fixture
def mend(write: Write, publish: Publish, editor: User, reviewer: User) -> Callable[[str], Any]:
    """A published page that was corrected, with its title as the word of what was wrong."""

    def go(title: str) -> Any:
        page = publish(write(title))
        services.revise_page(page=page, by=editor, at=NOW, lead="Sửa.")
        send(page, by=editor, at=NOW, correction=services.Note(f"{title} ghi sai.", "Nhầm."))
        return approve(page, by=reviewer, at=NOW)

    return go


def test_a_page_behind_a_password_tells_its_correction_to_nobody_else(
    mend: Callable[[str], Any], client: Client
) -> None:
    page, under = mend("Trang kín"), mend("Trang mở")
    shut = PageViewRestriction.objects.create(page=page.page_ptr, restriction_type="password", password="x")
    assert (everywhere(client, "Trang kín"), everywhere(client, "Trang mở")) == ([False, False], [True, True])
    assert [one.what for one in Correction.objects.shown_on(page)] == ["Trang kín ghi sai."]
    shut.page = under.get_parent()
    shut.save()
    assert everywhere(client, "ghi sai") == [False, False]


def test_the_list_is_cut_in_the_database_and_asks_no_more_for_more(
    mend: Callable[[str], Any], leader: User, client: Client, django_assert_max_num_queries: Any
) -> None:
    services.sync_groups(user=leader, at=NOW)
    gone = mend("Gỡ")
    mend("Số 0")
    services.withdraw_page(page=gone, by=leader, at=timezone.now(), reason="Sai.", told="Đang xem lại.")
    everywhere(client, "")
    few = []
    for url in ("/dinh-chinh/", "/dinh-chinh/atom.xml"):
        with CaptureQueriesContext(connection) as asked:
            assert "Số 0 ghi sai." in text(client, url)
        few.append(len(asked))
    for n in range(1, 31):
        mend(f"Số {n}")
    for url, most in zip(("/dinh-chinh/", "/dinh-chinh/atom.xml"), few, strict=True):
        with django_assert_max_num_queries(most):
            assert "Số 30 ghi sai." in text(client, url)
    assert max(few) <= 12
    last = text(client, "/dinh-chinh/?page=2")
    assert [words in last for words in ("Số 0 ghi sai.", "Đang xem lại.", "Số 1 ghi sai.")] == [True, True, False]
