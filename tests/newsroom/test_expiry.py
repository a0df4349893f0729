"""A page whose time is over: its address says so and leads on, and nobody is told that it was wrong."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from lantoa.kernel.models import User
from lantoa.newsroom import selectors, services
from lantoa.newsroom.models import ArticlePage, Withdrawal
from lantoa.newsroom.rules import NotReadyError
from tests.newsroom.conftest import NOW, Write
from tests.newsroom.passing import let_out, send
from tests.newsroom.test_corrections import everywhere, text

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
END = NOW + HOUR
OVER = END + timedelta(minutes=1)
TOLD = "Trang chỉ được đăng đến một ngày định trước, và ngày ấy đã qua."
Publish = Callable[..., Any]


@pytest.fixture
def expiring(write: Write, publish: Publish) -> ArticlePage:
    return publish(write("Tháng tiêm chủng", expire_at=END))


def go_over(at: Any = OVER) -> None:
    services.publish_due(at=at)


def test_its_address_says_that_its_time_is_over_and_leads_to_its_section(expiring: ArticlePage, client: Client) -> None:
    url, section = expiring.url, expiring.get_parent()
    assert client.get(url).status_code == 200
    go_over()
    gone = client.get(url)
    words = gone.content.decode().replace("\xa0", " ")
    assert (gone.status_code, gone["Cache-Control"]) == (410, "public, no-cache")
    assert ["<h1>Trang này đã hết thời hạn đăng</h1>" in words, TOLD in words, "Đăng đến ngày 23/11/2026" in words] == (
        [True] * 3
    )
    assert f'<a href="{section.url}">{section.title}</a>' in words
    assert [word in words for word in ("đã được gỡ", "Mọi đính chính", "Tháng tiêm chủng")] == [False] * 3


def test_nothing_was_wrong_so_the_public_list_is_silent(expiring: ArticlePage, client: Client) -> None:
    go_over()
    assert Withdrawal.objects.get(page=expiring.page_ptr).expired
    assert everywhere(client, "đã qua") == [False, False]
    assert "Chưa có đính chính nào" in text(client, "/dinh-chinh/")


def test_taken_down_once_however_often_it_is_asked(expiring: ArticlePage) -> None:
    go_over()
    go_over(OVER + HOUR)
    assert Withdrawal.objects.count() == 1


def test_each_language_says_so_in_its_own_words(
    expiring: ArticlePage, editor: User, publish: Publish, client: Client
) -> None:
    khmer = publish(services.begin_translation(page=expiring, language="km", by=editor, at=NOW))
    english = services.begin_translation(page=expiring, language="en", by=editor, at=NOW)
    go_over()
    gone = client.get(f"/km/tin/{khmer.slug}/")
    assert (gone.status_code, "ទំព័រនេះផុតកំណត់ផ្សាយហើយ" in gone.text, 'href="/km/tin/"' in gone.text) == (410, True, True)
    assert client.get(f"/en/tin/{english.slug}/").status_code == 404, "readers never had it"
    assert list(Withdrawal.objects.telling().order_by("language").values_list("language", "told_in", "expired")) == [
        ("km", "km", True), ("vi", "vi", True),
    ]  # fmt: skip


def test_a_translation_with_an_end_of_its_own_goes_alone(
    write: Write, editor: User, publish: Publish, client: Client
) -> None:
    page = publish(write("Vay vốn"))
    khmer = services.begin_translation(page=page, language="km", by=editor, at=NOW)
    khmer = publish(services.revise_page(page=khmer, by=editor, at=NOW, expire_at=END))
    go_over()
    assert [client.get(url).status_code for url in (page.url, f"/km/tin/{khmer.slug}/")] == [200, 410]


def test_it_comes_back_with_a_later_end_and_goes_again(
    expiring: ArticlePage, editor: User, reviewer: User, client: Client
) -> None:
    go_over()
    with pytest.raises(NotReadyError, match="đã qua"):
        send(expiring, by=editor, at=OVER)
    services.revise_page(page=expiring, by=editor, at=OVER, expire_at=OVER + HOUR)
    assert client.get(expiring.url).status_code == 410, "nobody has approved it yet"
    back = let_out(expiring, author=editor, reviewer=reviewer, at=OVER)
    assert (client.get(expiring.url).status_code, back.expired, back.expire_at) == (200, False, OVER + HOUR)
    go_over(OVER + 2 * HOUR)
    assert (client.get(expiring.url).status_code, Withdrawal.objects.filter(expired=True).count()) == (410, 2)
    assert everywhere(client, "đã qua") == [False, False]


def test_a_translation_comes_back_after_its_original_and_not_before(
    expiring: ArticlePage, editor: User, reviewer: User, publish: Publish, client: Client
) -> None:
    khmer = publish(services.begin_translation(page=expiring, language="km", by=editor, at=NOW))
    go_over()
    services.revise_page(page=khmer, by=editor, at=OVER, expire_at=None)
    with pytest.raises(NotReadyError, match="đăng bản gốc trước"):
        send(khmer, by=editor, at=OVER)
    services.revise_page(page=expiring, by=editor, at=OVER, expire_at=None)
    for page in (expiring, khmer):
        let_out(page, author=editor, reviewer=reviewer, at=OVER)
    assert [client.get(url).status_code for url in (expiring.url, f"/km/tin/{khmer.slug}/")] == [200, 200]


def test_approvals_stand_and_what_waits_for_its_hour_still_goes_out(
    expiring: ArticlePage, editor: User, reviewer: User, client: Client
) -> None:
    later = timezone.now() + HOUR
    services.revise_page(page=expiring, by=editor, at=NOW, title="Đợt hai", go_live_at=later, expire_at=later + HOUR)
    let_out(expiring, author=editor, reviewer=reviewer, at=NOW)
    go_over()
    assert client.get(expiring.url).status_code == 410
    assert selectors.fresh(expiring).approved_now() is not None
    with time_machine.travel(later + timedelta(minutes=1), tick=False):
        go_over(later + timedelta(minutes=1))
    assert "Đợt hai" in text(client, expiring.url)


def test_one_that_came_back_and_is_withdrawn_says_that_it_was_withdrawn(
    expiring: ArticlePage, editor: User, reviewer: User, leader: User, client: Client
) -> None:
    go_over()
    services.revise_page(page=expiring, by=editor, at=OVER, expire_at=None)
    let_out(expiring, author=editor, reviewer=reviewer, at=OVER)
    services.withdraw_page(page=expiring, by=leader, at=OVER, reason="Sai.", told="Đang xem lại.")
    assert ["Trang này đã được gỡ" in text(client, expiring.url), TOLD in text(client, expiring.url)] == [True, False]
    assert everywhere(client, "Đang xem lại.") == [True, True]
    with pytest.raises(NotReadyError, match="gỡ rồi"):
        services.withdraw_page(page=expiring, by=leader, at=OVER, reason="Sai.")


def test_one_found_wrong_after_its_time_is_told_in_every_language_and_its_approvals_end(
    expiring: ArticlePage, editor: User, leader: User, publish: Publish, client: Client
) -> None:
    khmer = publish(services.begin_translation(page=expiring, language="km", by=editor, at=NOW))
    go_over()
    url = reverse("newsroom:withdraw", args=[expiring.pk])
    client.force_login(leader)
    assert url in client.get(reverse("newsroom:pages")).text
    assert "Báo rằng" in client.get(url).text
    assert client.post(url, {"reason": "Sai số.", "told": "Số tiền không đúng."}).status_code == 302
    assert everywhere(client, "Số tiền không đúng.") == [True, True]
    for address in (expiring.url, f"/km/tin/{khmer.slug}/"):
        assert "Số tiền không đúng." in text(client, address)
    assert [selectors.fresh(one).approved_now() for one in (expiring, khmer)] == [None, None]
    assert not Page.objects.filter(pk__in=[expiring.pk, khmer.pk], live=True).exists()
    with pytest.raises(NotReadyError, match="gỡ rồi"):
        services.withdraw_page(page=expiring, by=leader, at=OVER, reason="Sai.")


def test_one_withdrawn_once_that_came_back_and_ran_out_keeps_its_line_in_the_list(
    expiring: ArticlePage, editor: User, reviewer: User, leader: User, client: Client
) -> None:
    services.withdraw_page(page=expiring, by=leader, at=NOW, reason="Sai.", told="Đang xem lại.")
    let_out(expiring, author=editor, reviewer=reviewer, at=NOW)
    go_over()
    assert (TOLD in text(client, expiring.url), everywhere(client, "Đang xem lại.")) == (True, [True, True])
