"""Notifications in a real browser: the page, permission, the worker, a notification that is shown, and off again.

One thing is put in the browser's mouth: `PushManager.subscribe` would ask a push service on the net, so it gives the
subscription of the stand-in, which opens what our product sent; the browser's worker is then handed those very words.
"""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from lantoa.simulators.stage import running
from lantoa.simulators.webpush import PushSimulator

pytestmark = pytest.mark.e2e

MOUTH = """
const given = %s;
const kept = () => JSON.parse(localStorage.getItem("push") || "null");
const made = () => kept() && {
  toJSON: kept,
  unsubscribe: async () => { localStorage.removeItem("push"); return true; },
};
PushManager.prototype.getSubscription = async () => made();
PushManager.prototype.subscribe = async (wish) => {
  localStorage.setItem("push", JSON.stringify(given));
  localStorage.setItem("bytes", String(wish.applicationServerKey.byteLength));
  return made();
};
"""
SHOWN = """async () => {
  const worker = await navigator.serviceWorker.getRegistration("/bao-tin/tho.js");
  const shown = await worker.getNotifications();
  return shown.map((one) => [one.title, one.body, one.data.url]);
}"""


@pytest.fixture
def service() -> Iterator[PushSimulator]:
    simulator = PushSimulator()
    with running(simulator):
        yield simulator


def use(page, account, wish):
    page.goto(account)
    page.locator("[name=enabled]").set_checked(wish)
    page.get_by_role("button", name="Lưu kênh").click()
    expect(page.get_by_text("Đã lưu").first).to_be_visible()


@pytest.fixture
def desk(colleague, service, mark):
    """An administrator who has just set the channel up, at its page on the desk. Meanwhile the sample's own account is
    out of use: a browser subscribes at the oldest in use."""
    page, look = colleague("quan-tri")
    page.goto("/ban-lam-viec/kenh/")
    sample = page.get_by_role("link", name=re.compile(r"^Thông báo.*\(mẫu\)$")).get_attribute("href")
    use(page, sample, False)
    page.goto("/ban-lam-viec/kenh/them/webpush/")
    page.locator("[name=name]").fill(f"Thông báo {mark}")
    page.locator("[name=contact]").fill("mailto:tin@lantoa.example")
    page.locator("[name=hosts]").fill(service.url)
    page.get_by_role("button", name="Lưu kênh").click()
    page.wait_for_url("**/ban-lam-viec/kenh/*/")
    look()
    yield page
    use(page, page.url, False)
    use(page, sample, True)


def delivered(context, page, words: str) -> None:
    """Hand a message to the page's worker, as the browser does when its push service brings one."""
    tools = context.new_cdp_session(page)
    known: list[dict] = []
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"]))
    tools.send("ServiceWorker.enable")
    page.wait_for_timeout(500)
    origin = page.evaluate("location.origin")
    number = next(one["registrationId"] for one in known if one["scopeURL"] == f"{origin}/")
    tools.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": number, "data": words})
    page.wait_for_timeout(500)


def test_on_shown_and_off(desk, context, page, check, service, site):
    subscription = service.subscribe("may-1")
    context.add_init_script(MOUTH % json.dumps(subscription))
    context.grant_permissions(["notifications"], origin=site.url)
    page.goto("/bao-tin/")
    check()
    page.get_by_role("button", name="Bật thông báo").click()
    page.get_by_text("Đánh dấu ít nhất một ô").first.wait_for()
    assert page.evaluate("localStorage.getItem('push')") is None, "nobody was asked for permission in vain"
    page.locator("[name=purposes]").first.check()
    page.locator("select[name=unit]").select_option(index=1)
    page.get_by_role("button", name="Bật thông báo").click()
    page.get_by_role("heading", name="Đã bật thông báo").wait_for()
    check()
    assert page.evaluate("localStorage.getItem('bytes')") == "65"

    desk.locator("[name=address]").fill(json.dumps(subscription))
    desk.get_by_role("button", name="Gửi tin thử").click()
    desk.get_by_text("Nhà cung cấp đã nhận tin thử").wait_for()
    [payload] = service.browsers["may-1"].shown
    delivered(context, page, json.dumps(payload))
    assert page.evaluate(SHOWN) == [["Tin thử từ Lan Tỏa", payload["body"], f"{site.url}/"]]
    delivered(context, page, json.dumps({**payload, "url": "https://khac.example/lua", "tag": "khac"}))
    assert [url for _title, _body, url in page.evaluate(SHOWN)] == [f"{site.url}/"] * 2, "no other site is opened"
    delivered(context, page, "không phải của ta")
    assert len(page.evaluate(SHOWN)) == 3

    page.goto("/bao-tin/")
    page.get_by_role("heading", name="Trình duyệt này đang bật thông báo").wait_for()
    check()
    page.get_by_role("button", name="Tắt thông báo").click()
    page.get_by_role("heading", name="Đã tắt thông báo").wait_for()
    check()
    assert page.evaluate("localStorage.getItem('push')") is None
    page.goto("/bao-tin/")
    assert not page.get_by_role("heading", name="Trình duyệt này đang bật thông báo").is_visible()


def test_without_javascript_the_other_ways_are_shown(desk, browser, site):
    still = browser.new_context(java_script_enabled=False, base_url=site.url, locale="vi-VN")
    bare = still.new_page()
    bare.goto("/bao-tin/")
    assert bare.get_by_text("Trình duyệt này không hiện được thông báo").is_visible()
    assert bare.get_by_role("link", name="Nhận tin bằng cách khác").first.is_visible()
    assert not bare.get_by_role("button", name="Bật thông báo").is_visible()
    still.close()
