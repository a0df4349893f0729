"""Kits for the press: published pages only, pictures with rights, streamed; gone when anything is taken back."""

import io
import zipfile

import pytest
from django.db import IntegrityError, transaction
from PIL import Image
from wagtail.images.tests.utils import get_test_image_file_jpeg

from lantoa.channels.placing import Contact
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.newsroom.models import NewsImage
from lantoa.pressroom import kits
from lantoa.pressroom.models import Kit
from lantoa.pressroom.rules import KitRefused

pytestmark = pytest.mark.django_db
WHOM = Contact(name="Văn phòng Sở Mẫu", phone="0290 383 1234")


def image(title, **said):
    file = get_test_image_file_jpeg(filename=f"{title}.jpg", size=(640, 480))
    return NewsImage.objects.create(title=title, file=file, description=f"Hình {title}.", **said)


@pytest.fixture
def release(publish):
    return publish("article", "Vay vốn nuôi cua", lead="Ba hộ thoát nghèo.", cover=image("Ao", credit="Báo Mẫu"))


@pytest.fixture
def offer(province, release):
    editor = province.hire(Role.EDITOR)

    def go(*facts, page=None, by=None, contact=WHOM, unit_id=None):
        return kits.offer_kit(
            unit_id=unit_id or province.unit_id, page_id=(page or release).pk, facts=[one.pk for one in facts],
            contact=contact, by=by or editor, at=now(),
        )  # fmt: skip

    return go


def unpacked(answer):
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_kit_holds_the_words_of_its_pages_their_pictures_and_whom_to_call(client, publish, offer):
    fact = publish("article", "Số liệu quý ba", lead="Ba trăm hộ.", cover=image("Kín", credit=""))
    kit = offer(fact)
    answer = client.get(f"/bao-chi/{kit.pk}/bo-tai-lieu.zip")
    assert (answer.streaming, answer.headers["Content-Type"]) == (True, "application/zip")
    assert 'filename="bao-chi-vay-von-nuoi-cua.zip"' in answer.headers["Content-Disposition"]
    found = unpacked(answer)
    assert set(found) == {"anh/anh-1-ao.jpg", "thong-cao.txt", "thong-cao.docx", "anh/ghi-cong.txt",
                          f"so-lieu-1-{fact.slug}.txt", f"so-lieu-1-{fact.slug}.docx"}  # fmt: skip
    words = found["thong-cao.txt"].decode()
    for said in ("Vay vốn nuôi cua", "Ba hộ thoát nghèo.", "0290 383 1234", "http://testserver/", "Hình Ao."):
        assert said in words
    assert "Bà con đến tổ tiết kiệm ở ấp." in words
    assert "<p>" not in words
    assert found["anh/ghi-cong.txt"].decode() == "anh-1-ao.jpg · Hình Ao. · Ảnh: Báo Mẫu\n"
    assert Image.open(io.BytesIO(found["anh/anh-1-ao.jpg"])).size == (640, 480)
    assert "Ba trăm hộ." in found[f"so-lieu-1-{fact.slug}.txt"].decode()


def test_what_is_taken_back_or_down_is_in_no_kit(client, publish, offer, release):
    fact = publish("article", "Số liệu quý ba")
    kit = offer(fact)
    address = f"/bao-chi/{kit.pk}/bo-tai-lieu.zip"
    type(fact).objects.filter(pk=fact.pk).update(live=False)
    assert not [name for name in unpacked(client.get(address)) if name.startswith("so-lieu")]
    type(release).objects.filter(pk=release.pk).update(live=False)
    assert client.get(address).status_code == 404
    assert "Vay vốn" not in client.get("/bao-chi/").text
    type(release).objects.filter(pk=release.pk).update(live=True)
    assert client.get(address).status_code == 200
    for _twice in range(2):
        kits.close_kit(kit_id=kit.pk, by=kit.made_by, at=now())
    assert client.get(address).status_code == 404
    assert offer().pk != kit.pk, "another one may stand in its place"


def test_only_published_pages_one_kit_a_release_and_a_reachable_contact(offer, publish, province, release):
    draft = publish("article", "Nháp")
    type(draft).objects.filter(pk=draft.pk).update(live=False)
    for refused in (lambda: offer(draft), lambda: offer(page=draft), lambda: offer(contact=Contact(name="Ai đó"))):
        with pytest.raises(KitRefused):
            refused()
    kit = offer()
    with pytest.raises(KitRefused, match="đã có bộ tài liệu"):
        offer()
    facts = {"unit_id": province.unit_id, "page": release.page_ptr, "made_by": kit.made_by, "made_at": now()}
    for wrong, name in (({"contact": "A", "phone": "1"}, "kit_once_a_release"),
                        ({"contact": "A", "closed_at": now(), "phone": "1"}, "kit_closed_by_somebody"),
                        ({"contact": "A"}, "kit_")):  # fmt: skip
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Kit.objects.create(**facts, **wrong)
    for stranger in (province.hire(Role.REPORTER), province.hire(Role.EDITOR, commune="Xã Đất Thử")):
        with pytest.raises(AccessDenied):
            kits.close_kit(kit_id=kit.pk, by=stranger, at=now())


def test_the_desk_offers_a_kit_and_readers_get_it(client, province, release, django_assert_max_num_queries):
    client.force_login(province.hire(Role.EDITOR))
    typed = {"unit_id": province.unit_id, "page": f"https://cong.example.vn{release.get_url()}", "facts": "/khong-co/",
             "contact": "Văn phòng Sở Mẫu", "phone": "0290 383 1234", "email": ""}  # fmt: skip
    wrong = client.post("/ban-lam-viec/bao-chi/bo-tai-lieu/moi/", typed)
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["facts"])
    assert client.post("/ban-lam-viec/bao-chi/bo-tai-lieu/moi/", typed | {"facts": ""}).status_code == 302
    kit = Kit.objects.get()
    assert "Vay vốn nuôi cua" in client.get("/ban-lam-viec/bao-chi/bo-tai-lieu/").text
    client.logout()
    client.get("/bao-chi/")
    with django_assert_max_num_queries(12):
        shown = client.get("/bao-chi/").text
    assert f"/bao-chi/{kit.pk}/bo-tai-lieu.zip" in shown
    assert "tel:02903831234" in shown
    client.force_login(province.hire(Role.EDITOR))
    assert client.post(f"/ban-lam-viec/bao-chi/bo-tai-lieu/{kit.pk}/rut/").status_code == 302
    assert "bo-tai-lieu.zip" not in client.get("/bao-chi/").text
