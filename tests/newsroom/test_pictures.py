"""The bytes of a picture: everybody's once a published page shows it, the newsroom's alone before and after."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile
from zlib import crc32

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.documents import get_document_model
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupCollectionPermission,
    Locale,
    PageViewRestriction,
)

from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.newsroom import services
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import AudioPage, NewsImage
from lantoa.newsroom.models.gate import missing_consent
from lantoa.newsroom.rules import NotReadyError
from lantoa.newsroom.selectors import fresh
from lantoa.newsroom.services import posts
from tests.newsroom.conftest import NOW, STORY, Write
from tests.newsroom.samples import fields_of, image, wav
from tests.newsroom.test_doors import posted

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(write: Write) -> tuple[Any, str]:
    """A draft with a cover, and the address of its drawn size."""
    cover = image()
    assert isinstance(cover, NewsImage)
    return write(cover=cover), cover.get_rendition("fill-240x160").url


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def answered(url: str, client: Client | None = None) -> int:
    """How an address answers, all of it read."""
    answer = (client or Client()).get(url)
    b"".join(answer)
    return answer.status_code


def test_a_picture_is_private_until_a_published_page_shows_it_and_again_when_it_is_gone(
    shown: tuple[Any, str], publish: Callable[..., Any], leader: User, editor: User
) -> None:
    page, url = shown
    assert Client().get(url).status_code == 404
    drafted = client_of(editor).get(url)
    assert (drafted.status_code, drafted["Cache-Control"]) == (200, "private, no-store")
    assert b"".join(drafted.streaming_content)

    publish(page)
    open_ = Client().get(url)
    assert (open_.status_code, open_["Content-Type"], open_.cookies) == (200, "image/png", {})
    assert open_["Cache-Control"] == "public, max-age=300"
    assert open_["X-Content-Type-Options"] == "nosniff"
    assert {part.strip() for part in open_["Content-Security-Policy"].split(";")} == {"default-src 'none'", "sandbox"}
    assert b"".join(open_.streaming_content)[:8] == b"\x89PNG\r\n\x1a\n"
    assert Client().get(url, headers={"If-None-Match": open_["ETag"]}).status_code == 304

    shut = PageViewRestriction.objects.create(page=page, restriction_type="password", password="mo")
    assert Client().get(url).status_code == 404, "a page behind a password hands out its pictures no more than its text"
    reader = Client()
    session = reader.session
    session[PageViewRestriction.passed_view_restrictions_session_key] = [shut.pk]
    session.save()
    opened = reader.get(url)
    assert (opened.status_code, opened["Cache-Control"]) == (200, "private, no-store"), "who gave the password sees it"
    assert b"".join(opened.streaming_content)[:8] == b"\x89PNG\r\n\x1a\n"
    shut.delete()

    services.sync_groups(user=leader, at=NOW)
    services.withdraw_page(page=page, by=leader, at=NOW + timedelta(days=1), reason="Sai số liệu.")
    assert Client().get(url).status_code == 404


@pytest.fixture
def drawn() -> Callable[[], tuple[NewsImage, str]]:
    """A picture and the address of its drawn size."""

    def make() -> tuple[NewsImage, str]:
        one = image()
        assert isinstance(one, NewsImage)
        return one, one.get_rendition("fill-240x160").url

    return make


@pytest.mark.parametrize("where", ["cover", "body"])
def test_a_new_picture_in_the_draft_of_a_live_page_is_private_until_the_draft_goes_live(
    where: str, write: Write, publish: Callable[..., Any], editor: User, drawn: Callable[[], tuple[NewsImage, str]]
) -> None:
    (before, old), (after, new) = drawn(), drawn()

    def showing(picture: NewsImage) -> dict[str, Any]:
        block = [("image", {"image": picture, "caption": "Tổ tiết kiệm ở ấp."})]
        return {"cover": picture} if where == "cover" else {"body": [*STORY, *block]}

    def seen() -> list[int]:
        return [answered(url) for url in (old, new)]

    page = publish(write(**showing(before)))
    assert seen() == [200, 404]
    services.revise_page(page=page, by=editor, at=NOW, **showing(after))
    assert seen() == [200, 404], "readers have the old picture, and nobody has approved the new one"
    assert answered(new, client_of(editor)) == 200
    publish(page)
    assert seen() == [404, 200]


def test_a_new_picture_typed_into_wagtails_form_of_a_live_page_is_private_too(
    write: Write, publish: Callable[..., Any], editor: User, drawn: Callable[[], tuple[NewsImage, str]]
) -> None:
    (before, old), (after, new) = drawn(), drawn()
    page = publish(write(cover=before))
    typed = posted(page, cover=after.pk)
    assert client_of(editor).post(reverse("wagtailadmin_pages:edit", args=[page.pk]), typed).status_code == 302
    assert fresh(page).get_latest_revision_as_object().cover_id == after.pk
    assert [answered(one) for one in (old, new)] == [200, 404]


def test_only_drawn_sizes_have_an_address(shown: tuple[Any, str], publish: Callable[..., Any]) -> None:
    page, _url = shown
    publish(page)
    assert Client().get(f"/media/{page.cover.file.name}").status_code == 404
    assert Client().get("/media/images/../secrets/key").status_code == 404
    assert Client().post(_url).status_code == 405


@pytest.fixture
def heard(site: services.SiteMade, editor: User) -> Any:
    """A draft that offers a sound."""
    parent, facts = site.sections[SectionKind.AUDIO]["vi"], fields_of(AudioPage)
    return services.write_page(AudioPage, parent=parent, title="Nghe tin", by=editor, at=NOW, lead="Vài lời.", **facts)


def test_a_file_is_private_until_a_published_page_offers_it_and_comes_in_parts(
    heard: Any, publish: Callable[..., Any], editor: User
) -> None:
    url, content = heard.file.url, Path(heard.file.file.path).read_bytes()
    assert Client().get(url).status_code == 404
    assert b"".join(client_of(editor).get(url).streaming_content) == content

    publish(heard)
    whole = Client().get(url)
    assert b"".join(whole.streaming_content) == content
    assert (whole.status_code, whole["Accept-Ranges"], whole["Cache-Control"]) == (200, "bytes", "public, max-age=300")
    assert {part.strip() for part in whole["Content-Security-Policy"].split(";")} == {"default-src 'none'", "sandbox"}
    assert whole["X-Content-Type-Options"] == "nosniff"
    assert whole["Content-Disposition"].startswith("attachment")
    part = Client().get(url, headers={"Range": "bytes=100-299"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 100-299/{len(content)}")
    assert b"".join(part.streaming_content) == content[100:300]
    assert Client().get(f"{url}x").status_code == 404


def test_a_file_behind_a_password_is_left_to_its_form(heard: Any, publish: Callable[..., Any]) -> None:
    shut = Collection.get_first_root_node().add_child(name="Riêng")
    CollectionViewRestriction.objects.create(collection=shut, restriction_type="password", password="chỉ người nhà")
    heard.file.collection = shut
    heard.file.save()
    publish(heard)
    asked = Client().get(heard.file.url)
    assert asked.status_code == 200
    assert b'type="password"' in asked.content


def test_a_page_that_goes_out_has_its_pictures_drawn_in_two_sizes_and_two_forms(
    shown: tuple[Any, str], publish: Callable[..., Any], run_jobs: Callable[[], int]
) -> None:
    page, _url = shown
    publish(page)
    run_jobs()
    drawn = set(page.cover.renditions.values_list("filter_spec", flat=True))
    assert {f"{size}|format-{form}" for size in ("fill-440x248", "fill-880x495") for form in ("avif", "webp")} <= {
        "|".join(reversed(spec.split("|"))) if spec.startswith("format") else spec for spec in drawn
    }
    before = page.cover.renditions.count()
    html = Client().get(page.url).text
    front = Client().get("/").text
    assert "fill-480x246" in front, "its photo stands on the home page, too"
    assert page.cover.renditions.count() == before
    figure = html.split('<figure class="picture">')[1].split("</figure>")[0]
    assert figure.index("image/avif") < figure.index("<img")
    source = re.search(r'srcset="(\S+\.avif) 440w', figure)
    assert source
    picture = Client().get(source[1])
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/avif")
    assert b"".join(picture.streaming_content)[4:12] == b"ftypavif"


def test_a_picture_is_cut_around_what_matters_in_it_and_anew_when_that_is_moved(
    write: Write, publish: Callable[..., Any], run_jobs: Callable[[], int]
) -> None:
    tall = Image.new("RGB", (600, 1800), "white")
    for top, colour in ((0, "red"), (1500, "blue")):
        tall.paste(colour, (0, top, 600, top + 300))
    content = BytesIO()
    tall.save(content, "PNG")
    cover = image("Cao", file=ContentFile(content.getvalue(), name="cao.png"))
    page = publish(write(cover=cover))
    for middle, colour in ((1650, "blue"), (150, "red")):
        cover.focal_point_x, cover.focal_point_y = 300, middle
        cover.focal_point_width = cover.focal_point_height = 200
        cover.save()
        run_jobs()
        figure = Client().get(page.url).text.split('<figure class="picture">')[1].split("</figure>")[0]
        for form in ("avif", "webp"):
            address = re.search(rf'srcset="(\S+\.{form}) 440w', figure)
            assert address
            answer = Client().get(address[1])
            assert answer["Content-Type"] == f"image/{form}"
            with Image.open(BytesIO(b"".join(answer.streaming_content))) as cut:
                assert cut.size == (440, 248)
                assert nearest(cut.convert("RGB").getpixel((220, 124))) == colour


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.LEADER, Role.ADMINISTRATOR])
def test_whoever_writes_puts_pictures_into_the_library_and_chooses_from_it(
    role: Role, site: Any, hire: Any, unit: int
) -> None:
    GroupCollectionPermission.objects.all().delete()
    posts.follow_rules()  # as after a migration
    own = client_of(hire(role, unit=unit))
    drawn = BytesIO()
    Image.new("RGB", (640, 480), "teal").save(drawn, "PNG")
    asked = {
        "title": "Bến tàu", "description": "Bến tàu lúc nước lớn.", "shows_people": "False", "consent_scope": "",
        "collection": Collection.get_first_root_node().pk, "file": SimpleUploadedFile("ben.png", drawn.getvalue()),
    }  # fmt: skip
    answer = own.post(reverse("wagtailimages:add"), asked)
    assert answer.status_code == 302, answer.context["form"].errors
    assert NewsImage.objects.get().uploaded_by_user_id == int(own.session["_auth_user_id"])
    assert "Bến tàu" in own.get(reverse("wagtailimages:index")).text
    assert "Bến tàu" in own.get(reverse("wagtailimages_chooser:choose")).json()["html"]


def test_whoever_does_not_write_has_no_library(site: Any, hire: Any, unit: int) -> None:
    answer = client_of(hire(Role.CASE_OFFICER, unit=unit)).get(reverse("wagtailimages:index"))
    assert answer.status_code in (302, 403)


def packed(*names: str) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("nghi-dinh.PDF", b"%PDF-1.7 x"),
        ("bang.xlsx", packed("[Content_Types].xml", "xl/workbook.xml")),
        ("danh-sach.csv", "Hộ;Xã\nBà Tư;Đất Thử < Rạch Mới\n".encode()),
        ("ghi-chu.txt", "\ufeffLời của bà con".encode("utf-16-le")),
        ("loi.vtt", b"WEBVTT\n\n00:00.000 --> 00:02.000\nXin <b>"),
        ("nghe.wav", wav(1)),
    ],
)
def test_the_library_takes_what_its_name_says(name: str, content: bytes, site: Any, editor: User) -> None:
    kept = uploaded(name, content, editor)
    assert (kept["success"], get_document_model().objects.get().title) == (True, name)


MISNAMED = "Tệp không đúng loại như tên tệp. Hãy lưu lại bằng đúng phần mềm rồi chọn lại."


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("so-lieu.pdf", b"MZ\x90\x00\x03", MISNAMED),
        ("so-lieu.pdf", b"<!DOCTYPE html><script>alert(1)</script>", MISNAMED),
        ("so-lieu.docx", packed("META-INF/MANIFEST.MF", "A.class"), MISNAMED),
        ("so-lieu.docx", b"PK\x03\x04 hong", MISNAMED),
        ("so-lieu.txt", b"MZ\x90\x00\x03", MISNAMED),
        ("so-lieu.csv", b"\xef\xbb\xbf  <HTML><body>", MISNAMED),
        ("so-lieu.txt", b"#!/bin/sh\n", MISNAMED),
        ("so-lieu.mp4", b"\x7fELF", MISNAMED),
        ("so-lieu.vtt", b"Xin", MISNAMED),
        ("so-lieu.html", b"Xin", "Không nhận tệp đuôi “html”. Các đuôi nhận được: pdf, docx,"),
        ("so-lieu.exe", b"MZ", "Không nhận tệp đuôi “exe”."),
        ("so-lieu", b"%PDF-1.7 x", "Không nhận tệp đuôi “”."),
    ],
)
def test_the_library_refuses_what_its_name_does_not_say(
    name: str, content: bytes, why: str, site: Any, editor: User
) -> None:
    refused = uploaded(name, content, editor)
    assert refused["success"] is False
    assert refused["error_message"].startswith(why)
    assert "\n" not in refused["error_message"]
    assert not get_document_model().objects.exists()


def uploaded(name: str, content: bytes, by: User) -> Any:
    """What Wagtail's form for documents says, as its page sends it."""
    answer = client_of(by).post(
        reverse("wagtaildocs:add_multiple"),
        {
            "title": name,
            "collection": Collection.get_first_root_node().pk,
            "files[]": SimpleUploadedFile(name, content),
        },
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert answer.status_code == 200, answer.status_code
    return answer.json()


def bomb() -> bytes:
    """A picture of 900 million points in a hundred bytes."""
    out = BytesIO()
    Image.new("1", (8, 8)).save(out, "PNG")
    whole = out.getvalue()
    head = b"IHDR" + (30_000).to_bytes(4) + (30_000).to_bytes(4) + whole[24:29]
    return whole[:12] + head + crc32(head).to_bytes(4) + whole[33:]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ben.png", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("ben.html", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("ben.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("ben.png", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'),
        ("ben.png", b"%PDF-1.7 x"),
        ("ben.png", bomb()),
    ],
    ids=["page as picture", "page", "drawing that acts", "drawing as picture", "document", "bomb"],
)
def test_the_library_takes_pictures_alone_for_pictures(name: str, content: bytes, site: Any, editor: User) -> None:
    asked = {
        "title": "Bến tàu", "description": "Bến tàu.", "shows_people": "False", "consent_scope": "",
        "collection": Collection.get_first_root_node().pk, "file": SimpleUploadedFile(name, content),
    }  # fmt: skip
    answer = client_of(editor).post(reverse("wagtailimages:add"), asked)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["file"])
    assert 'value="Bến tàu"' in answer.text, "what was typed is still there"
    assert not NewsImage.objects.exists()


SECRETS = (b"Exif\0\0", b"eXIf", b"http://ns.adobe.com/xap", b"Nha chi Hoa", b"May anh cua chi Hoa")
"""The marks of EXIF in a JPEG, WebP, AVIF or PNG, of XMP, and what the file below says."""


def from_a_phone(form: str = "JPEG") -> bytes:
    """A picture 90 by 60 held upright, 60 by 90, red above and blue below, with place, device, XMP and a remark."""
    lying = Image.new("RGB", (90, 60), "blue")
    lying.paste("red", (0, 0, 45, 60))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "May anh cua chi Hoa"
    exif.get_ifd(0x8825).update({1: "N", 2: (9.0, 10.0, 36.0), 3: "E", 4: (105.0, 9.0, 0.0)})
    xmp = b'<x:xmpmeta xmlns:x="http://ns.adobe.com/xap/1.0/">Nha chi Hoa</x:xmpmeta>'
    out = BytesIO()
    lying.save(out, form, exif=exif.tobytes(), xmp=xmp, comment=b"Nha chi Hoa")
    return out.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "AVIF"])
def test_no_size_of_a_picture_tells_where_it_was_taken_or_by_what(
    form: str, write: Write, publish: Callable[..., Any]
) -> None:
    content = from_a_phone(form)
    assert b"May anh cua chi Hoa" in content
    cover = image("Ở ấp", file=ContentFile(content, name=f"ap.{form.lower()}"))
    page = publish(write(cover=cover))
    for drawn_as in ("original", "format-jpeg", "format-png", "format-webp", "format-avif", "width-30", "fill-30x30"):
        drawn = cover.get_rendition(drawn_as)
        with drawn.file.open("rb") as file:
            held = file.read()
        assert [mark for mark in SECRETS if mark in held] == [], drawn_as
        with Image.open(BytesIO(held)) as shown:
            assert (dict(shown.getexif()), {"exif", "xmp", "comment"} & shown.info.keys()) == ({}, set()), drawn_as
            width, height = shown.size
            assert width == height if "fill" in drawn_as else width * 3 == height * 2, drawn_as
            look = shown.convert("RGB")
            assert nearest(look.getpixel((width // 2, 2))) == "red", drawn_as
    preview = Client().get(f"/anh-chia-se/{page.pk}.png")
    told = preview.getvalue()
    assert (preview.status_code, [mark for mark in SECRETS if mark in told]) == (200, [])


def nearest(pixel: Any) -> str:
    """The colour that a pixel is, as far as packing leaves it."""
    red, green, blue = pixel
    return "white" if green > 128 else "red" if red > blue else "blue"


def agreed(title: str, scope: str) -> NewsImage:
    return image(
        title, shows_people=True, consent_from="Chị H.", consent_document="Giấy ngày 3/3", consent_on=NOW.date(),
        consent_scope=scope,
    )  # fmt: skip


def test_a_picture_given_for_one_story_goes_out_with_no_other(
    write: Write, publish: Callable[..., Any], editor: User
) -> None:
    given, free = agreed("Chị H bên ghe", "one_story"), agreed("Chợ nổi", "online")
    first, second = write("Chuyện chị H", cover=given), write("Chợ nổi", cover=free)
    wrong = write("Bài khác", body=[("image", {"image": given, "caption": ""})])
    assert publish(first).live
    assert publish(second).live
    given.refresh_from_db()
    assert given.given_for == first.translation_key
    with pytest.raises(NotReadyError, match=r"“Chị H bên ghe”.*chỉ được cho dùng trong bài “Chuyện chị H”"):
        services.submit_page(page=wrong, by=editor, at=NOW)
    assert publish(write("Lại chợ nổi", cover=free)).live, "whoever agreed to more is shown on more pages"
    again = services.revise_page(page=first, by=editor, at=NOW, lead="Lời mới.")
    assert publish(again).live, "the story itself goes on with it"
    Locale.objects.get_or_create(language_code="en")
    spoken = services.begin_translation(page=first, language="en", by=editor, at=NOW)
    assert missing_consent(spoken.get_latest_revision().as_object()) == "", "a translation is the same story"


def test_the_gate_itself_stops_a_picture_that_became_another_storys_after_approval(
    write: Write, publish: Callable[..., Any], editor: User, reviewer: User
) -> None:
    given = agreed("Chị H bên ghe", "one_story")
    first, late = write("Chuyện chị H", cover=given), write("Bài khác", go_live_at=timezone.now() + timedelta(days=9))
    late = services.revise_page(page=late, by=editor, at=NOW, cover=given)
    NewsImage.objects.update(consent_scope="online")
    publish(late)
    NewsImage.objects.update(consent_scope="one_story", given_for=first.translation_key)
    with pytest.raises(PublishPagePermissionError, match=r"“Chị H bên ghe”.*“Chuyện chị H”"):
        fresh(late).publish(fresh(late).get_latest_revision())
    assert not fresh(late).live


def test_consent_taken_back_hides_the_picture_at_once_and_lists_its_pages_to_staff(
    write: Write, publish: Callable[..., Any], editor: User
) -> None:
    given = agreed("Chị H bên ghe", "online")
    pages = [publish(write(title, cover=given)) for title in ("Chuyện chị H", "Chợ nổi")]
    publish(write("Bài có ảnh khác", cover=image("Bến")))
    url = given.get_rendition("fill-440x248|format-webp").url
    assert b"".join(Client().get(url).streaming_content)
    assert all("<picture>" in Client().get(page.url).text for page in pages)

    services.withdraw_consent(image_ids=[given.pk])
    assert Client().get(url).status_code == 404
    kept = client_of(editor).get(url)
    assert (kept["Cache-Control"], bool(b"".join(kept.streaming_content))) == ("private, no-store", True)
    assert not any("<picture>" in Client().get(page.url).text for page in pages)
    today = client_of(editor).get("/ban-lam-viec/").text
    told = [title for title in ("Chuyện chị H", "Chợ nổi", "Bài có ảnh khác") if f"Thiếu một ảnh: {title}" in today]
    assert told == ["Chuyện chị H", "Chợ nổi"]
