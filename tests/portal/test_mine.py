"""One's own page: opened by a link to one's own address, never by anybody else's, and done at once what is asked."""

import json
import re

import pytest

from lantoa.audience.addresses import digest
from lantoa.audience.models import Address, OwnPageLink, Person, Reach, RightsRequest, VaultName
from lantoa.audience.selectors import current_wordings
from lantoa.audience.services import own_page_token, record_step, request_own_page, unsubscribe_token
from lantoa.audience.services.storing import Agreement, Contact, store_contacts
from lantoa.kernel.clock import now, today
from lantoa.kernel.enums import Role
from lantoa.listening.enums import Door
from lantoa.listening.services import Contact as CitizenContact
from lantoa.listening.services import open_case

PHONE = "84912345678"


@pytest.fixture
def keep(province):
    """`keep("Nguyễn Thị Mẫu", phone=…)` gives somebody who agreed to policy news."""

    def go(name, *, phone=PHONE, commune="Xã Đất Thử", email=""):
        addresses = [("sms", phone), *([("email", email)] if email else [])]
        wording = current_wordings("vi")["policy_news"].pk
        made = Contact(
            unit_id=province.communes[commune], name=name, language="vi", groups=(), addresses=addresses,
            source="portal", legal_basis="consent",
            agreements=[Agreement("policy_news", c, wording, True) for c, _v in addresses],
            said_at=now(), means="portal_form", proof={"test": 1},
        )  # fmt: skip
        return Person.objects.get(pk=store_contacts([made], at=now(), since=today(), operator_id=None)[0])

    return go


def link(person=None, *, channel="sms", value=PHONE):
    return own_page_token(request_own_page(at=now(), channel=channel, value=value, language="vi"), person)


def test_asking_says_the_same_whether_the_address_is_known_or_not(client, province, keep):
    keep("Nguyễn Thị Mẫu")
    known, unknown = (client.post("/cua-toi/", {"address": n, "website": ""}) for n in ("0912345678", "0987654321"))
    assert known.status_code == unknown.status_code == 200
    assert known.text == unknown.text
    assert "Set-Cookie" not in known.headers
    assert list(OwnPageLink.objects.values_list("value", "person")) == [("", None)] * 2
    assert digest("sms", PHONE) in OwnPageLink.objects.values_list("digest", flat=True)


@pytest.mark.parametrize("typed", ["", "098765", "a@b", "Nguyễn"])
def test_what_is_no_address_is_answered_beside_the_field_and_kept_as_typed(client, province, typed):
    page = client.post("/cua-toi/", {"address": typed, "website": ""})
    assert page.status_code == 422
    assert f'value="{typed}"' in page.text or not typed
    assert not OwnPageLink.objects.exists()


def test_the_page_shows_what_is_kept_why_and_in_which_words(client, province, keep, django_assert_max_num_queries):
    person = keep("Nguyễn Thị Mẫu", email="mau@example.test")
    open_case(text="Nhà dột thì xin ở đâu?", unit_id=person.unit_id, door=Door.PORTAL, submission_key="k", by=None,
              at=now(), contact=CitizenContact(channel="sms", value=PHONE, name=""))  # fmt: skip
    address = f"/cua-toi/{link()}/"
    client.get(address)
    with django_assert_max_num_queries(24):
        page = client.get(address)
    words = current_wordings("vi")["policy_news"].text
    for part in ("Nguyễn Thị Mẫu", "Xã Đất Thử", "0912 ••• 678", "m•••@example.test", words, "Nhà dột", "Chính bà con"):
        assert part in page.text
    assert "912345678" not in page.text
    assert "mau@example.test" not in page.text.replace("m•••@example.test", "")
    assert page.headers["Cache-Control"] == "no-store, private"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in page.headers
    assert RightsRequest.objects.filter(kind="access", state="completed").count() == 1, "looked once a link"


@pytest.mark.parametrize("path", ["", "sua/", "hoi/", "xoa/"])
def test_a_wrong_or_anothers_token_is_a_plain_page_with_the_way_out(client, province, keep, path):
    mine, other = keep("Nguyễn Thị Mẫu"), keep("Người Giấu Kín", phone="84987654321")
    token = link()
    for bad in ("khong-co", token[:-2], own_page_token(OwnPageLink.objects.get(), other)):
        page = client.get(f"/cua-toi/{bad}/{path}")
        assert page.status_code == 404
        assert 'href="/cua-toi/"' in page.text
        assert "Giấu Kín" not in page.text
    OwnPageLink.objects.update(created_at="2020-01-01T00:00Z", expires_at="2020-01-03T00:00Z")
    assert client.get(f"/cua-toi/{token}/{path}").status_code == 404
    assert not RightsRequest.objects.exists()
    assert mine.erased_at is None


def test_a_shared_phone_shows_first_syllables_only_then_one_person(client, province, keep):
    keep("Lê Thị Giấu")
    keep("Trần Văn Kín", email="kin@example.test")
    token = link()
    choice = client.get(f"/cua-toi/{token}/").text
    assert "Lê" in choice
    assert "Trần" in choice
    for secret in ("Thị", "Giấu", "Văn", "Kín", "912", "kin@"):
        assert secret not in re.sub(r"/cua-toi/[^\"]+", "", choice)
    tokens = re.findall(r'href="/cua-toi/([^/"]+)/"', choice)
    tokens = [found for found in dict.fromkeys(tokens) if found not in ("tu-tin", token)]
    first = client.get(f"/cua-toi/{tokens[0]}/").text
    assert "Lê Thị Giấu" in first
    assert "Kín" not in first
    for path in ("sua/", "xoa/", "hoi/"):
        assert "Lê" in client.get(f"/cua-toi/{token}/{path}").text, "every act asks first who it is"
    client.post(f"/cua-toi/{token}/xoa/")
    assert not Person.objects.exclude(erased_at=None).exists()
    copy = client.post(f"/cua-toi/{tokens[1]}/tai/", {"form": "json"}).text
    assert PHONE in copy
    assert "kin@example.test" not in copy, "others read this phone; only the address the link went to is written out"


def test_two_of_the_same_first_syllable_are_told_apart_by_number(client, province, keep):
    keep("Nguyễn Văn Một")
    keep("Nguyễn Văn Hai")
    choice = client.get(f"/cua-toi/{link()}/").text
    assert "Nguyễn, người thứ 2 cùng chữ đầu" in choice


def test_correcting_withdrawing_and_coming_back_to_the_page(client, province, keep):
    person = keep("Nguyễn Thị Mẩu", email="mau@example.test")
    token = link()
    form = {"name": "Nguyễn Thị Mẫu", "language": "km", "unit": province.communes["Xã Bãi Xa"]}
    page = client.post(f"/cua-toi/{token}/sua/", form, follow=True)
    assert "Đã sửa" in page.text
    assert "Nguyễn Thị Mẫu" in page.text
    page = client.post(f"/cua-toi/{token}/rut/", {"what": "policy_news:sms"}, follow=True)
    assert "Đã rút lại" in page.text
    assert list(Reach.objects.values_list("channel", flat=True)) == ["email"]
    client.post(f"/cua-toi/{token}/rut/")
    assert not Reach.objects.exists()
    person.refresh_from_db()
    assert (person.unit_id, person.language) == (province.communes["Xã Bãi Xa"], "km")
    assert client.get(f"/cua-toi/{token}/rut/").status_code == 405
    bad = client.post(f"/cua-toi/{token}/sua/", {"name": "x" * 201, "language": "vi", "unit": "999999"})
    assert bad.status_code == 422
    assert VaultName.objects.get().name == "Nguyễn Thị Mẫu"


def test_a_new_phone_counts_once_its_own_link_is_pressed(client, province, keep):
    person = keep("Nguyễn Thị Mẫu")
    token, pk = link(), Address.objects.get().pk
    assert client.post(f"/cua-toi/{token}/dia-chi/{pk}/", {"value": "12"}).status_code == 422
    assert "liên kết tới địa chỉ mới" in client.post(
        f"/cua-toi/{token}/dia-chi/{pk}/", {"value": "0987654321"}, follow=True).text  # fmt: skip
    assert Address.objects.get().value == PHONE
    proof = f"/cua-toi/dia-chi-moi/{own_page_token(OwnPageLink.objects.get(person=person))}/"
    assert "Đúng, gửi tin cho tôi ở đây" in client.get(proof).text
    assert Address.objects.get().value == PHONE, "opening the link is not a yes"
    assert "Từ nay chúng tôi gửi tới đây" in client.post(proof).text
    assert Address.objects.get().value == "84987654321"
    other = keep("Người Khác", phone="84911111111")
    theirs = Address.objects.get(person=other).pk
    fresh = link(value="84987654321")
    assert client.get(f"/cua-toi/{fresh}/dia-chi/{theirs}/").status_code == 404
    assert client.get("/cua-toi/dia-chi-moi/khong-co/").status_code == 404


def test_erasing_says_what_happens_and_closes_every_link(client, province, keep):
    keep("Nguyễn Thị Mẫu")
    token = link()
    page = client.get(f"/cua-toi/{token}/xoa/")
    assert "Không ai lấy lại được" in page.text
    assert VaultName.objects.exists(), "opening is not erasing"
    assert "Đã xóa" in client.post(f"/cua-toi/{token}/xoa/").text
    assert not VaultName.objects.exists()
    assert client.get(f"/cua-toi/{token}/").status_code == 404


def test_the_copy_is_a_file_to_read_or_to_carry_elsewhere(client, province, keep):
    keep("Nguyễn Thị <Mẫu>", email="mau@example.test")
    token = link()
    carried = client.post(f"/cua-toi/{token}/tai/", {"form": "json"})
    found = json.loads(carried.content)
    assert {"person", "addresses", "groups", "consents", "messages", "carriers", "cases"} <= set(found)
    assert {row["address"] for row in found["addresses"]} == {PHONE, "mau@example.test"}
    assert carried.headers["Content-Disposition"] == 'attachment; filename="du-lieu-cua-toi.json"'
    read = client.post(f"/cua-toi/{token}/tai/", {"form": "html"})
    assert "Nguyễn Thị &lt;Mẫu&gt;" in read.text
    assert not re.search(r"<style|\sstyle=|<script", read.text)
    assert RightsRequest.objects.filter(kind="copy", state="completed").count() == 2


def test_objecting_reaches_the_officer_and_the_answer_stands_on_the_page(client, province, keep):
    keep("Nguyễn Thị Mẫu")
    token = link()
    assert client.post(f"/cua-toi/{token}/hoi/", {"kind": "object", "text": ""}).status_code == 422
    page = client.post(f"/cua-toi/{token}/hoi/", {"kind": "object", "text": "Đừng gọi điện"}, follow=True)
    assert "Cán bộ đã nhận" in page.text
    assert "Đừng gọi điện" in page.text
    request = RightsRequest.objects.get(kind="object")
    officer = province.hire(Role.CASE_OFFICER, commune="Xã Đất Thử")
    record_step(by=officer, at=now(), request=request, state="answered", text="Xã ngừng gọi từ hôm nay")
    assert "Xã ngừng gọi từ hôm nay" in client.get(f"/cua-toi/{token}/").text
    assert str(officer) not in client.get(f"/cua-toi/{token}/").text, "staff appear without their names"


def test_from_a_message_the_link_goes_to_the_messages_address(client, province, keep):
    keep("Nguyễn Thị Mẫu")
    token = unsubscribe_token(Address.objects.get().pk, "policy_news")
    assert f"/cua-toi/tu-tin/{token}/" in client.get(f"/nhan-tin/thoi/{token}/").text
    page = client.post(f"/cua-toi/tu-tin/{token}/")
    assert page.status_code == 200
    assert OwnPageLink.objects.get().digest == digest("sms", PHONE)
    assert "Nguyễn" not in page.text
    assert client.post("/cua-toi/tu-tin/hong/").status_code == 404


def test_the_private_inbox_opens_its_owners_page(client, province):
    wish = {"purposes": ["policy_news"], "channel": "portal", "unit": province.communes["Xã Đất Thử"], "website": ""}
    inbox = client.post("/nhan-tin/", wish).url
    way = inbox.replace("/hop-thu/", "/cua-toi/tu-hop-thu/")
    assert way in client.get(inbox).text
    page = client.post(way, follow=True).text
    assert "Xã Đất Thử" in page
    assert "Bà con đăng ký trên trang này" in page
    assert client.post("/cua-toi/tu-hop-thu/khong-phai-cua-ai-khong-phai/").status_code == 404
