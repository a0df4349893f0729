"""In a browser: what is asked on the home page, and what is reported of a page, outlasts a line that is gone, and makes
one case."""

import pytest
from playwright.sync_api import expect

from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.listening.models import Case, CaseEvent, PageReport
from lantoa.newsroom import services
from tests.portal.test_offline import OUT, TRIED, begun, looked_at, phone, root

__all__ = ["phone", "root"]
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
ASKED = "Nhà dột, xin hỏi hỗ trợ ở đâu?"
WRONG = "Câu thứ hai sai."


def asked_on_the_home_page(page, phone, text):
    page.goto("/")
    phone.set_offline(True)
    page.locator("#teaser").fill(text)
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tin chờ có mạng để gửi")


def finished(page):
    expect(page.locator("textarea[name=text]")).to_have_value(ASKED)
    page.locator("[name=matter]").first.check(force=True)
    page.locator("select[name=unit]").select_option(index=1)
    page.locator("form.form button").click()


def test_a_question_begun_on_the_home_page_is_finished_without_a_network_and_sent_once(root, province, phone):
    page = phone.new_page()
    begun(page)
    for _twice in range(2):
        phone.set_offline(False)
        asked_on_the_home_page(page, phone, ASKED)
        expect(page.get_by_text("Còn viết dở")).to_have_count(1)
    looked_at(page)
    page.reload()
    phone.set_offline(False)
    page.evaluate(TRIED)
    assert (Case.objects.count(), [one.get("draft") for one in page.evaluate(OUT)]) == (0, [True])
    phone.set_offline(True)
    finished(page)
    expect(page.get_by_text("Chờ, rồi tự gửi đi")).to_have_count(1)
    expect(page.get_by_text("Còn viết dở")).to_have_count(0)
    second = phone.new_page()
    second.goto("/cho-gui/")
    phone.set_offline(False)
    for tab in (page, second):
        tab.evaluate("navigator.serviceWorker.controller.postMessage('flush')")
    expect(page.get_by_text("Đã gửi")).to_be_visible()
    page.evaluate(TRIED)
    assert CaseEvent.objects.filter(text=ASKED).count() == Case.objects.count() == 1


def test_a_question_begun_on_the_home_page_is_finished_with_a_network(root, province, phone):
    page = phone.new_page()
    begun(page)
    asked_on_the_home_page(page, phone, ASKED)
    phone.set_offline(False)
    finished(page)
    page.wait_for_url("**/tra-loi/**")
    page.goto("/cho-gui/")
    expect(page.get_by_text("Không có tin nào đang chờ.")).to_be_visible()
    assert CaseEvent.objects.filter(text=ASKED).count() == Case.objects.count() == 1


def reported(page, phone, address):
    page.goto(f"/trang-nay/bao-loi/?trang={address}")
    phone.set_offline(True)
    page.locator("[name=text]").fill(WRONG)
    page.locator("form.form button").click()
    expect(page.get_by_text("Chờ, rồi tự gửi đi")).to_be_visible()
    expect(page.get_by_text(WRONG)).to_be_visible()


def test_a_report_of_a_page_waits_and_is_sent_once(root, province, publish, phone):
    read = publish("article", "Tổ tiết kiệm")
    page = phone.new_page()
    begun(page)
    reported(page, phone, read.url)
    assert Case.objects.count() == 0
    [waiting] = page.evaluate(OUT)
    phone.set_offline(False)
    page.evaluate(TRIED)
    expect(page.get_by_text("Đã gửi")).to_be_visible()
    again = {"to": waiting["to"], "fields": waiting["fields"]}
    sent = "({ to, fields }) => fetch(to, { method: 'POST', body: new URLSearchParams(fields) }).then((one) => one.url)"
    address = page.evaluate(sent, again)
    assert PageReport.objects.get().address == read.url
    assert CaseEvent.objects.filter(text=WRONG).count() == Case.objects.count() == 1
    assert Case.objects.get().code in address


def test_a_report_of_a_page_that_is_gone_meanwhile_can_be_put_as_a_question(root, province, publish, phone):
    read = publish("article", "Tổ tiết kiệm")
    page = phone.new_page()
    begun(page)
    reported(page, phone, read.url)
    leader = province.hire(Role.LEADER)
    services.sync_groups(user=leader, at=now())
    services.withdraw_page(page=read, by=leader, at=now(), reason="Đã cũ.")
    phone.set_offline(False)
    page.evaluate(TRIED)
    page.get_by_role("button", name="Sửa cho đủ rồi gửi").click()
    expect(page.locator("textarea[name=text]")).to_have_value(WRONG)
    page.locator("[name=matter]").first.check(force=True)
    page.locator("select[name=unit]").select_option(index=1)
    page.locator("form.form button").click()
    page.wait_for_url("**/tra-loi/**")
    page.goto("/cho-gui/")
    expect(page.get_by_text("Không có tin nào đang chờ.")).to_be_visible()
    assert CaseEvent.objects.filter(text=WRONG).count() == Case.objects.count() == 1
