"""The form on a phone, without JavaScript, and the desk: nothing typed is lost, twice is one, files are staff's."""

import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from lantoa.audience.models import Address
from lantoa.contributions import services
from lantoa.contributions.enums import Credit
from lantoa.contributions.models import Story, StoryFile
from lantoa.kernel.clock import now
from lantoa.portal.throttle import LIMITS
from tests.contributions.conftest import TEXT, m4a, photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(client, province):
    """What a reader fills in, with the hidden key of a form that was opened."""
    cache.clear()

    def fill(**changes):
        key = re.search(r'name="key" value="([0-9a-f-]{36})"', client.get("/gui-chuyen/").text)[1]
        return {
            "key": key, "text": TEXT, "unit": province.communes["Xã Đất Thử"], "hamlet": "ấp 4", "credit": "given",
            "name": "Nguyễn Thị Hoa", "faces": "no", "reply_by": "sms", "phone": "0912 345 678", "email": "",
            "guardian": "", "agree": "on", "website": "",
        } | changes  # fmt: skip

    return fill


def file(name, content):
    return SimpleUploadedFile(name, content)


def test_a_story_with_photos_and_voice_gives_a_code_and_keeps_the_phone_apart(client, told):
    said = told(photos=[file("a.jpg", photo()), file("b.jpg", photo("#112233"))], voice=file("ke.m4a", m4a()))
    answer = client.post("/gui-chuyen/", said)
    story = Story.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/gui-chuyen/{story.code}/?moi=1")
    assert [one.kind for one in story.files.all()] == ["photo", "photo", "voice"]
    assert (story.credited_as, story.credit) == ("Hoa, ấp 4", Credit.GIVEN)
    assert Address.objects.get(pk=story.address_id).value == "84912345678"
    page = client.get(answer.url)
    assert story.code in page.text
    assert "84912345678" not in page.text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    found = client.post("/tra-loi/", {"code": story.code.lower()})
    assert found.url == f"/gui-chuyen/{story.code}/"


def test_the_same_form_sent_twice_is_one_story_and_other_words_are_another(client, told):
    said = told()
    first, second = client.post("/gui-chuyen/", said), client.post("/gui-chuyen/", said)
    assert first.url == second.url
    assert client.post("/gui-chuyen/", said | {"text": "Chuyện khác."}).url != first.url
    assert Story.objects.count() == 2


def test_a_faulty_form_keeps_words_and_good_files_and_names_the_bad_file(client, told):
    said = told(agree="", photos=[file("dep.jpg", photo()), file("hong.jpg", b"khong phai anh")])
    page = client.post("/gui-chuyen/", said)
    assert page.status_code == 422
    assert "hong.jpg: " in page.text
    assert "Các tệp này đã giữ lại" in page.text
    assert "hai công vuông" in page.text
    held = StoryFile.objects.get()
    assert held.story_id is None
    again = client.post("/gui-chuyen/", {**said, "photos": [], "agree": "on"})
    assert again.status_code == 302
    held.refresh_from_db()
    assert held.story_id == Story.objects.get().pk


def test_a_file_too_large_is_passed_over_while_it_comes_and_no_word_is_lost(client, told, monkeypatch):
    monkeypatch.setattr("lantoa.portal.views.stories.SOUND_BYTES", 200_000)
    page = client.post("/gui-chuyen/", told(photos=[file("to.jpg", bytes(400_000)), file("dep.jpg", photo())]))
    assert page.status_code == 422
    assert "to.jpg” lớn quá" in page.text
    assert "hai công vuông" in page.text
    assert StoryFile.objects.count() == 1


def test_a_kept_file_is_left_out_on_wish(client, told):
    said = told(agree="", photos=[file("a.jpg", photo())])
    client.post("/gui-chuyen/", said)
    client.post("/gui-chuyen/", {**said, "photos": [], "agree": "on", "drop": [StoryFile.objects.get().pk]})
    assert not Story.objects.get().files.exists()


def test_a_robot_and_a_flood_get_nowhere(client, told, monkeypatch):
    assert client.post("/gui-chuyen/", told(website="x", photos=[file("a.jpg", photo())])).status_code == 422
    assert not StoryFile.objects.exists()
    monkeypatch.setitem(LIMITS, "story", 2)
    said = told(agree="")
    for _ in range(2):
        client.post("/gui-chuyen/", said)
    assert "Bà con đợi một giờ" in client.post("/gui-chuyen/", said).text


def test_the_sender_takes_it_back_by_code(client, told):
    client.post("/gui-chuyen/", told())
    story = Story.objects.get()
    assert client.get(f"/gui-chuyen/{story.code}/rut/").status_code == 405
    page = client.post(f"/gui-chuyen/{story.code}/rut/", follow=True)
    assert "Chữ, ảnh và ghi âm đã được xóa" in page.text
    assert "hai công vuông" not in page.text
    assert Story.objects.get().state == "withdrawn"


def test_a_file_is_staffs_alone_sandboxed_and_given_in_parts(client, send, editor):
    story = send(photos=[photo()], voice=m4a())
    sound = story.files.get(kind="voice")
    path = f"/ban-lam-viec/chuyen-dan/{story.number}/tep/{sound.pk}/"
    assert client.get(path).status_code == 302
    client.force_login(editor, "allauth.account.auth_backends.AuthenticationBackend")
    part = client.get(path, headers={"Range": "bytes=0-7"})
    assert (part.status_code, b"".join(part.streaming_content)[4:8]) == (206, b"ftyp")
    assert part.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in part.headers["Content-Security-Policy"]
    assert part.headers["X-Content-Type-Options"] == "nosniff"


def test_an_editor_takes_up_and_drafts_on_the_desk(client, send, editor, site):
    client.force_login(editor, "allauth.account.auth_backends.AuthenticationBackend")
    story = send(photos=[photo()])
    base = f"/ban-lam-viec/chuyen-dan/{story.number}/"
    assert f"{base}take/" in client.get(base).text
    assert f"{base}take/" not in client.post(f"{base}take/", follow=True).text
    pk = story.files.get().pk
    said = {
        "kind": "articles",
        "language": "vi",
        "title": "Ba mùa cua",
        "lead": "Chuyện ở ấp.",
        "text": TEXT,
        f"use_{pk}": "on",
    }
    refused = client.post(f"{base}trang/", said)
    assert refused.status_code == 422
    assert "Ghi ảnh chụp gì" in refused.text
    done = client.post(f"{base}trang/", said | {f"alt_{pk}": "Chiếc ghe"}, follow=True)
    assert "Đã dựng trang nháp" in done.text
    story.refresh_from_db()
    assert story.page.title == "Ba mùa cua"


@pytest.mark.parametrize(
    ("interface", "text", "language"),
    [("en", TEXT, "vi"), ("km", TEXT, "vi"), ("vi", "ឥឡូវខ្ញុំធ្វើស្រែបីដង។", "km"), ("en", "Three crops now.", "en")],
)
def test_a_page_is_in_the_language_of_the_text_and_letters_in_that_of_the_interface(
    client, told, editor, site, interface, text, language
):
    client.post("/gui-chuyen/" if interface == "vi" else f"/{interface}/gui-chuyen/", told(text=text))
    story = Story.objects.get()
    client.force_login(editor, "allauth.account.auth_backends.AuthenticationBackend")
    base = f"/ban-lam-viec/chuyen-dan/{story.number}/"
    client.post(f"{base}take/")
    asked = client.get(f"{base}trang/").text
    [chosen] = re.findall(r'<input[^>]*name="language"[^>]*checked[^>]*>', asked)
    assert f'value="{language}"' in chosen
    said = {"kind": "articles", "title": "Ba mùa cua", "lead": "Chuyện ở ấp.", "text": text, "language": language}
    client.post(f"{base}trang/", said)
    story.refresh_from_db()
    assert (story.page.locale.language_code, story.language) == (language, interface)


def test_of_a_recording_the_editor_says_in_which_language_it_is(client, send, editor, site):
    story = send(voice=m4a(), text="", language="km")
    client.force_login(editor, "allauth.account.auth_backends.AuthenticationBackend")
    base = f"/ban-lam-viec/chuyen-dan/{story.number}/"
    client.post(f"{base}take/")
    said = {"kind": "articles", "title": "Ba mùa cua", "lead": "Chuyện ở ấp.", "text": TEXT}
    assert client.post(f"{base}trang/", said).status_code == 422
    client.post(f"{base}trang/", said | {"language": "vi"})
    story.refresh_from_db()
    assert story.page.locale.language_code == "vi"


def test_the_list_asks_the_same_few_questions_however_long(client, send, editor, django_assert_max_num_queries):
    client.force_login(editor, "allauth.account.auth_backends.AuthenticationBackend")
    for _ in range(3):
        send()
    client.get("/ban-lam-viec/chuyen-dan/")
    with django_assert_max_num_queries(28) as few:
        client.get("/ban-lam-viec/chuyen-dan/")
    for _ in range(6):
        send()
    with django_assert_max_num_queries(len(few)):
        page = client.get("/ban-lam-viec/chuyen-dan/")
    assert page.text.count('<article class="job">') == 9


def test_one_story_is_read_in_few_questions(client, send, editor, django_assert_max_num_queries):
    client.force_login(editor, "allauth.account.auth_backends.AuthenticationBackend")
    story = send(photos=[photo(), photo("#222222")])
    for number in range(5):
        services.add_note(story_id=story.pk, text=f"Ghi {number}", by=editor, at=now())
    with django_assert_max_num_queries(34):
        client.get(f"/ban-lam-viec/chuyen-dan/{story.number}/")
