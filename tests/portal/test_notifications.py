"""Notifications in the browser: a page that works like any form, says what else there is, and one press to end it."""

import gzip
import json
import re

import pytest
from django.utils import translation

from lantoa.audience.models import Address, ConsentEvent, Person, Reach
from lantoa.channels.models import ChannelAccount
from lantoa.channels.services import save_account
from lantoa.channels.webpush.keys import new_private_key, public_key
from lantoa.kernel.clock import now
from lantoa.portal.worker import source
from lantoa.simulators.webpush import PushSimulator

PAGE, OFF, MINE, WORKER = "/bao-tin/", "/bao-tin/tat/", "/bao-tin/cua-toi/", "/bao-tin/tho.js"


@pytest.fixture
def key(province):
    private = new_private_key()
    save_account(
        by=None, at=now(), kind="webpush", name="Thông báo", settings={"contact": "mailto:tin@lantoa.example"},
        secrets={"vapid_private": private},
    )  # fmt: skip
    return public_key(private)


@pytest.fixture
def subscription():
    return json.dumps(PushSimulator().subscribe("may-1") | {"endpoint": "https://fcm.googleapis.com/fcm/send/abc"})


def wish(province, held, **changes):
    unit = province.communes["Xã Đất Thử"]
    return {"purposes": ["policy_news"], "unit": unit, "subscription": held, "website": ""} | changes


def reached():
    return set(Reach.objects.values_list("channel", "purpose"))


def test_the_page_says_what_to_do_without_javascript_and_takes_no_cookie(client, province, key):
    response = client.get(PAGE)
    page = response.text
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers
    assert f'data-key="{key}"' in page
    assert f'data-worker="{WORKER}"' in page
    assert re.search(r'<div data-part="unable">', page)  # shown until the script, right behind it, knows better
    assert re.search(r'<form[^>]*data-part="form" hidden>', page)
    assert 'href="/nhan-tin/"' in page
    assert "checked" not in page
    assert not re.search(r"<style|\sstyle=|<script(?!(?: type=\"module\")? src=)|\son\w+=", page)


def test_english_has_the_same_worker(client, province, key):
    assert f'data-worker="{WORKER}"' in client.get(f"/en{PAGE}").text


def test_without_an_account_the_page_shows_the_other_ways(client, province):
    page = client.get(PAGE).text
    assert "data-push-page" not in page
    assert "Chưa mở thông báo" in page
    assert "notifications.js" not in page


def test_ticked_news_come_and_one_press_ends_them(client, province, key, subscription):
    page = client.post(PAGE, wish(province, subscription))
    assert "Đã bật thông báo" in page.text
    assert reached() == {("webpush", "policy_news")}
    [address] = Address.objects.all()
    assert address.person.unit_id == province.communes["Xã Đất Thử"]
    assert json.loads(address.value)["endpoint"] == "https://fcm.googleapis.com/fcm/send/abc"
    assert "Đã tắt thông báo" in client.post(OFF, {"subscription": subscription}).text
    assert reached() == set()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"purposes": []}, "Đánh dấu ít nhất một ô"),
        ({"unit": ""}, "Chọn xã, phường của bà con"),
        ({"subscription": ""}, "Trình duyệt này chưa cho phép"),
        ({"subscription": "{}"}, "Trình duyệt này không cho địa chỉ"),
        ({"website": "x"}, "Để trống ô ẩn"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_kept(client, province, key, subscription, changes, words):
    response = client.post(PAGE, wish(province, subscription, **changes))
    assert response.status_code == 422
    assert words in response.text
    assert "data-errors" in response.text
    assert not Person.objects.exists()


def test_a_browser_that_points_into_our_network_is_refused(client, province, key, subscription):
    for endpoint in ("http://127.0.0.1:5432/", "https://10.0.0.1/push", "https://fcm.googleapis.com.evil.example/a"):
        bad = json.dumps(json.loads(subscription) | {"endpoint": endpoint})
        assert client.post(PAGE, wish(province, bad)).status_code == 422
    assert not Address.objects.exists()


@pytest.mark.parametrize("sent", ["", "{}", "\x00", "[1]", '{"endpoint": "https://fcm.googleapis.com/a"}'])
def test_turning_off_an_unknown_browser_ends_nothing_and_breaks_nothing(client, province, key, sent):
    assert "Đã tắt thông báo" in client.post(OFF, {"subscription": sent}).text
    assert not ConsentEvent.objects.exists()
    assert client.post(MINE, {"subscription": sent}).status_code == 422


def test_the_browser_opens_its_own_page_where_nothing_can_be_typed_anew(client, province, key, subscription):
    client.post(PAGE, wish(province, subscription))
    response = client.post(MINE, {"subscription": subscription}, follow=True)
    assert "fcm.googleapis.com" in response.text
    assert "Thông báo trên trình duyệt" in response.text
    path = response.redirect_chain[0][0]
    assert "/dia-chi/" not in response.text
    assert client.get(f"{path}dia-chi/{Address.objects.get().pk}/").status_code == 404
    client.post(f"{path}rut/", {"what": "policy_news:webpush"})
    assert reached() == set()
    client.post(f"{path}xoa/")
    assert Address.objects.get().value == ""


def test_only_posts_turn_off_or_open(client, province, key):
    assert [client.get(path).status_code for path in (OFF, MINE)] == [405, 405]


def test_the_worker_is_plain_script_of_our_own(client, db, settings):
    response = client.get(WORKER)
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in response.headers
    assert "showNotification" in response.text
    assert response.headers["Service-Worker-Allowed"] == "/"
    assert "__" not in response.text
    assert not re.search(r"eval|importScripts|http:|https:", response.text)
    assert len(gzip.compress(response.content)) <= 3_400
    settings.LANTOA_OFFLINE = False
    back = client.get(WORKER).text
    assert "showNotification" in back
    assert "unregister()" in back
    assert "respondWith" not in back
    assert 'data-worker=""' in client.get("/tinh-trang/").text


def test_a_notification_bears_the_installations_icon_and_name(client, db, settings):
    settings.LANTOA_NAME = "Đồng Xa"
    source.cache_clear()
    with translation.override("km"):
        script = source(offline=True)
    source.cache_clear()
    name, icon = (json.loads(re.search(rf'{fact} = (".*?")', script)[1]) for fact in ("NAME", "ICON"))
    assert (name, icon) == ("Đồng Xa", "/bieu-tuong-192.png")
    assert client.get(icon).headers["Content-Type"] == "image/png"
    assert re.findall(r"icon: (\w+)|told\.title \|\| (\w+)", script) == [("", "NAME"), ("ICON", "")]
    assert "icon-192" not in script


def test_the_worker_serves_readers_of_every_language(client, db):
    script = client.get(WORKER).text
    fronts, pages, needed, dress = (
        json.loads(re.search(rf"{name} = (\[.*?\])", script)[1]) for name in ("FRONTS", "PAGES", "NEEDED", "DRESS")
    )
    assert (fronts, pages) == (["/km/", "/en/", "/"], ["ngoai-tuyen/", "cho-gui/"])
    for path in (front + page for front in fronts for page in pages):
        assert client.get(path).status_code == 200, path
    names = [re.sub(r"\.[0-9a-f]{12}\.", ".", path.rpartition("/")[2]) for path in needed + dress]
    assert names == ["lantoa.css", "reader.js", "outbox.js", "icons.svg", "drawings.svg"], "no font is fetched ahead"


def test_the_subscription_page_offers_it_where_it_can_send(client, province):
    assert 'href="/bao-tin/"' not in client.get("/nhan-tin/").text
    save_account(
        by=None, at=now(), kind="webpush", name="Thông báo", settings={}, secrets={"vapid_private": new_private_key()}
    )
    assert 'href="/bao-tin/"' in client.get("/nhan-tin/").text


def test_telegram_is_offered_and_shows_its_link(client, province):
    ChannelAccount.objects.create(kind="telegram", name="Bot", slug="bot", settings={"bot_name": "lantoa_bot"})
    said = {"purposes": ["events"], "channel": "telegram", "unit": province.communes["Xã Đất Thử"], "website": ""}
    page = client.post("/nhan-tin/", said).text
    assert re.search(r'href="https://t\.me/lantoa_bot\?start=[0-9a-f]{48}"', page)
    assert "bấm Bắt đầu" in page
    assert not ConsentEvent.objects.exists()


def test_zalo_by_number_is_offered_only_where_a_text_message_can_prove_the_number(client, province):
    ChannelAccount.objects.create(kind="zbs", name="Zalo theo số", slug="zbs")
    assert 'value="zbs"' not in client.get("/nhan-tin/").text
    ChannelAccount.objects.create(kind="sms", name="SMS", slug="sms")
    assert 'value="zbs"' in client.get("/nhan-tin/").text
    said = {"purposes": ["events"], "channel": "zbs", "phone": "123", "unit": province.communes["Xã Đất Thử"]}
    assert client.post("/nhan-tin/", said).status_code == 422
    page = client.post("/nhan-tin/", {**said, "phone": "0900 000 001"}).text
    assert "Bà con xem tin nhắn" in page
