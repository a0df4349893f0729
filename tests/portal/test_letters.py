"""News only after two yeses; one press ends it."""

import re

import pytest

from lantoa.audience.models import Address, ConsentEvent, SubscriptionRequest
from lantoa.audience.services import confirmation_token, unsubscribe_token
from lantoa.channels.models import ChannelAccount


@pytest.fixture
def mail(province):
    return ChannelAccount.objects.create(kind="email", name="Thư", slug="thu")


def wish(province, **changes):
    said = {
        "purposes": ["policy_news"], "channel": "email", "email": "Chin@Example.test", "phone": "",
        "unit": province.communes["Xã Đất Thử"], "website": "",
    }  # fmt: skip
    return said | changes


def test_subscribing_asks_for_a_second_yes_before_anything_is_agreed(client, province, mail):
    page = client.post("/nhan-tin/", wish(province))
    assert page.status_code == 200
    assert "Còn một bước" in page.text
    request = SubscriptionRequest.objects.get()
    assert request.value == "chin@example.test"
    assert not ConsentEvent.objects.exists()
    address = f"/nhan-tin/xac-nhan/{confirmation_token(request)}/"
    assert "Đúng, gửi tin cho tôi" in client.get(address).text
    assert not ConsentEvent.objects.exists(), "opening the link is not a yes"
    assert "Tin sẽ tới" in client.post(address).text
    assert list(ConsentEvent.objects.values_list("purpose", "channel", "kind")) == [("policy_news", "email", "given")]


def test_a_cut_link_says_what_to_do(client, province):
    page = client.post("/nhan-tin/xac-nhan/khong-co/")
    assert page.status_code == 422
    assert "Đăng ký lại" in page.text


def test_nothing_is_ticked_beforehand_and_nothing_ticked_is_refused(client, province, mail):
    assert not re.search(r"checked", client.get("/nhan-tin/").text)
    page = client.post("/nhan-tin/", wish(province, purposes=[], channel="", unit=""))
    assert page.status_code == 422
    assert "Có 3 chỗ cần sửa" in page.text
    assert "Chin@Example.test" in page.text


def test_only_channels_that_can_send_are_offered(client, province):
    page = client.get("/nhan-tin/").text
    assert 'value="portal"' in page
    assert 'value="email"' not in page
    assert 'value="sms"' not in page


def test_the_private_inbox_opens_at_once_and_for_its_token_alone(client, province):
    response = client.post("/nhan-tin/", wish(province, channel="portal", email=""))
    assert re.fullmatch(r"/hop-thu/[\w-]{20,64}/", response.url)
    assert "Chưa có tin" in client.get(response.url).text
    assert client.get("/hop-thu/khong-phai-cua-ai-khong-phai-cua-ai/").status_code == 404


def test_one_post_by_a_mail_program_unsubscribes(client, province, mail):
    client.post("/nhan-tin/", wish(province))
    client.post(f"/nhan-tin/xac-nhan/{confirmation_token(SubscriptionRequest.objects.get())}/")
    token = unsubscribe_token(Address.objects.get(channel="email").pk, "policy_news")
    strict = type(client)(enforce_csrf_checks=True)
    assert "Bấm một cái là đủ" in strict.get(f"/nhan-tin/thoi/{token}/").text
    page = strict.post(f"/nhan-tin/thoi/{token}/", {"List-Unsubscribe": "One-Click"})
    assert page.status_code == 200
    assert list(ConsentEvent.objects.order_by("pk").values_list("kind", flat=True)) == ["given", "withdrawn"]
    assert strict.post("/nhan-tin/thoi/hong/").status_code == 422
