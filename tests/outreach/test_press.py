"""What newsrooms get beside the words: filled in, approved, mailed exactly so, not before its time."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from lantoa.approvals.services import decide
from lantoa.channels.contract import Accepted, Rejected, Retry
from lantoa.channels.press.placer import PressPlacer, compose_kit
from lantoa.newsroom.models import NewsImage
from lantoa.outreach.confirm_links import link_for
from lantoa.outreach.models import Message, Placement
from lantoa.outreach.placement_loading import placings
from lantoa.outreach.press import PressFacts, facts_of
from lantoa.outreach.services import CannotChangeError, Form, ask_approval, save_message
from lantoa.outreach.services.carrying import take_placements
from lantoa.simulators.smtp import SmtpSimulator
from lantoa.simulators.stage import running
from tests.outreach.public_world import outlet, photo, placed, settle_unit
from tests.outreach.test_pages import as_
from tests.outreach.test_placement_pages import compose_data
from tests.outreach.world import LEASE, NOW, World, approve, message

pytestmark = pytest.mark.django_db
GPS = 0x8825
JFIF = {"jfif", "jfif_version", "jfif_unit", "jfif_density"}  # what every JPEG says of itself


@pytest.fixture(autouse=True)
def _media(settings: LazySettings, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = str(tmp_path)
    return


def picture(title: str = "Cấp thẻ", credit: str = "Phòng Văn hóa, chị Lan", **more: Any) -> NewsImage:
    file = SimpleUploadedFile("cap-the.jpg", photo((300, 200)), "image/jpeg")
    words = {"description": "Cán bộ cấp thẻ cho bà con ở xã", "shows_people": False, **more}
    return NewsImage.objects.create(title=title, credit=credit, file=file, **words)


def draft(world: World, *kinds: str) -> Message:
    """A message with a form for the press and for these kinds."""
    written = message(world)
    forms = [Form(channel=kind, subject="Vay vốn", body="Vay vốn làm ăn.") for kind in ("press", *kinds)]
    return save_message(message=written, forms=forms, by=world.editor, at=NOW)


def typed(row: Message, *pictures: NewsImage, **more: str) -> dict[str, Any]:
    soon = timezone.localtime() + timedelta(days=1)
    given = {
        "press-embargo_until": f"{soon:%Y-%m-%dT%H:%M}",
        "press-contact": "Bà Lê Thị Hoa, Trưởng phòng",
        "press-phone": "0290 383 1234",
        "press-email": "",
        "press-pictures": [one.pk for one in pictures],
    }
    return {**compose_data(row), **given, **more}


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def mail_of(row: Placement, at: datetime) -> Any:
    found = Placement.objects.select_related("broadcast__version__message").get(pk=row.pk)
    raw = compose_kit(placings([found], at=at)[found.pk], {"sender": "a@b.example"}, "toasoan@example.org", at)
    return message_from_bytes(raw, policy=default)


def test_an_editor_fills_in_the_kit_and_it_is_part_of_what_is_approved(world: World) -> None:
    row, one = draft(world), picture()
    client, url = as_(world.editor), reverse("messages:compose", args=[row.pk])
    before = row.sha256
    page = client.get(url).content.decode()
    assert "press-embargo_until" in page
    assert "Phòng Văn hóa, chị Lan" in page
    given = typed(row, one)
    assert client.post(url, given).status_code == 302
    row.refresh_from_db()
    assert row.sha256 != before
    again = client.get(url).content.decode()
    assert "Bà Lê Thị Hoa, Trưởng phòng, 0290 383 1234" in again
    assert f'value="{one.pk}" checked' in again
    assert f'value="{given["press-embargo_until"]}"' in again
    asked = ask_approval(message=row, by=world.editor, at=timezone.now())
    facts = facts_of(row.versions.get().content)
    assert (facts.contact.name, facts.pictures[0].rights) == ("Bà Lê Thị Hoa, Trưởng phòng", one.credit)  # type: ignore[union-attr]
    review = as_(world.reviewer).get(reverse("approvals:review", args=[asked.pk])).content.decode()
    for words in ("Bà Lê Thị Hoa, Trưởng phòng", one.description, one.credit, "<img src="):
        assert words in review
    decide(submission_id=asked.pk, by=world.reviewer, at=timezone.now(), approve=True)
    assert "Đã duyệt" in client.get(url).content.decode()
    client.post(url, typed(row, one, **{"press-phone": "0290 383 9999"}))
    assert "Chưa duyệt bản này" in client.get(url).content.decode(), "another phone is another content"


def test_saving_without_the_fields_keeps_them_and_other_messages_hashes_stay(world: World) -> None:
    row = draft(world)
    as_(world.editor).post(reverse("messages:compose", args=[row.pk]), typed(row))
    row.refresh_from_db()
    kept = row.press
    as_(world.editor).post(reverse("messages:compose", args=[row.pk]), compose_data(row))
    row.refresh_from_db()
    assert (row.press, "press" in kept) == (kept, False)
    assert PressFacts.from_json(kept).as_json() == kept
    other = message(world)
    before = other.sha256
    save_message(message=other, forms=[], press=PressFacts.from_json(kept), by=world.editor, at=NOW)
    other.refresh_from_db()
    assert other.sha256 == before, "without a form for newsrooms nothing of it goes anywhere"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"credit": "  "}, "chưa ghi là của ai"),
        ({"shows_people": True}, "chưa lưu sự đồng ý"),
        ({"shows_people": True, "consent_from": "Chị Lan", "consent_document": "Giấy", "consent_on": NOW.date(),
          "consent_scope": "online"}, "chưa đồng ý cho in"),
    ],
)  # fmt: skip
def test_a_picture_that_may_not_be_given_is_refused_and_what_was_typed_stays(
    world: World, more: dict[str, Any], words: str
) -> None:
    row, one = draft(world), picture(**more)
    answer = as_(world.editor).post(reverse("messages:compose", args=[row.pk]), typed(row, one))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    assert "Bà Lê Thị Hoa, Trưởng phòng" in page
    row.refresh_from_db()
    assert row.press == {}


def test_wrong_hours_and_contacts_name_their_field(world: World) -> None:
    row, client = draft(world), as_(world.editor)
    url = reverse("messages:compose", args=[row.pk])
    late = client.post(url, typed(row, **{"press-embargo_until": "2026-01-01T08:00"})).content.decode()
    assert "Giờ này đã qua" in late
    unreachable = client.post(url, typed(row, **{"press-phone": ""})).content.decode()
    assert "để nhà báo liên hệ được" in unreachable
    assert "bằng chữ số" in client.post(url, typed(row, **{"press-phone": "gọi tôi"})).content.decode()
    row.refresh_from_db()
    assert row.press == {}


def test_the_library_is_searched_without_marks_and_keeps_what_is_ticked(world: World) -> None:
    ticked, found = picture("Chiếc ghe"), picture("Họp ấp")
    picture("Cánh đồng")
    url = reverse("messages:pictures")
    text = as_(world.editor).get(url, {"press-query": "hop ap", "press-pictures": ticked.pk}).content.decode()
    assert (ticked.title in text, found.title in text, "Cánh đồng" in text) == (True, True, False)
    assert as_(world.officer).get(url).status_code == 403


def approved(world: World, *kinds: str, pictures: tuple[NewsImage, ...] = (), hours: int = 24) -> Any:
    row = draft(world, *kinds)
    until = f"{timezone.localtime(timezone.now() + timedelta(hours=hours)):%Y-%m-%dT%H:%M}"
    answer = as_(world.editor).post(
        reverse("messages:compose", args=[row.pk]), typed(row, *pictures, **{"press-embargo_until": until})
    )
    assert answer.status_code == 302
    row.refresh_from_db()
    return approve(world, row)


def test_the_mail_carries_what_was_approved_and_a_changed_picture_holds_it_back(world: World) -> None:
    settle_unit(world)
    one = picture()
    version = approved(world, pictures=(one,))
    outlet(world, "press", "Báo tỉnh", settings={"email": "toasoan@example.org", "before_embargo": True})
    placed(world, ["press"], version=version, expires_at=timezone.now() + timedelta(days=3))
    row = Placement.objects.get()
    mail = mail_of(row, timezone.now())
    assert str(mail["Subject"]).startswith("[Không đăng, phát trước ")
    text = mail.get_body(("plain",)).get_content()
    assert "Liên hệ dành cho báo chí: Bà Lê Thị Hoa, Trưởng phòng, 0290 383 1234" in text
    assert "Cán bộ cấp thẻ cho bà con ở xã · Quyền sử dụng: Phòng Văn hóa, chị Lan" in text
    attached = [part.get_content() for part in mail.iter_attachments() if part.get_content_type() == "image/jpeg"]
    assert [(drawn.size, drawn.format) for drawn in map(opened, attached)] == [((300, 200), "JPEG")]
    page = as_(world.officer).get(reverse("outreach:placement", args=[row.pk])).content.decode()
    link = link_for(row).removeprefix("http://localhost:8000")
    for shown in (page, as_(world.officer).get(link).content.decode()):
        assert "Không đăng, phát trước" in shown
        assert "Cán bộ cấp thẻ cho bà con ở xã" in shown
        assert "Bà Lê Thị Hoa, Trưởng phòng" in shown
    Path(one.file.path).write_bytes(photo((20, 20)))
    with pytest.raises(Rejected):
        mail_of(row, timezone.now())
    one.delete()
    with pytest.raises(Rejected):
        mail_of(row, timezone.now())
    shown = as_(world.officer).get(reverse("outreach:placement", args=[row.pk])).content.decode()
    assert "Không còn trong kho" in shown


def test_what_a_camera_told_stays_here_and_the_approved_bytes_are_still_asked_for(world: World) -> None:
    settle_unit(world)
    big = SimpleUploadedFile("ấp.png", photo((4800, 600)), "image/png")
    one = NewsImage.objects.create(title="Ấp", credit="Chị Lan", description="Họp ấp", file=big, shows_people=False)
    stored = Path(one.file.path).read_bytes()
    assert opened(stored).getexif().get_ifd(GPS)[1] == "N"
    version = approved(world, pictures=(one,))
    assert facts_of(version.content).pictures[0].sha256 == sha256(stored).hexdigest()
    outlet(world, "press", "Báo tỉnh", settings={"email": "toasoan@example.org", "before_embargo": True})
    placed(world, ["press"], version=version, expires_at=timezone.now() + timedelta(days=3))
    mail = mail_of(Placement.objects.get(), timezone.now())
    (part,) = [part for part in mail.iter_attachments() if part.get_content_maintype() == "image"]
    assert (part.get_content_type(), str(part.get_filename()).endswith(".jpg")) == ("image/jpeg", True)
    sent = part.get_content()
    drawn = opened(sent)
    assert (drawn.size, dict(drawn.getexif()), set(drawn.info)) == ((4000, 500), {}, JFIF)
    for told in (b"Exif", "Máy ảnh".encode(), b"ICC_PROFILE", b"http://ns.adobe.com"):
        assert told not in sent
    assert Path(one.file.path).read_bytes() == stored, "the library keeps it as it is"


def test_a_picture_that_cannot_be_drawn_for_others_is_refused_with_its_name(world: World) -> None:
    row, out = draft(world), BytesIO()
    Image.new("RGB", (30, 20)).save(out, "GIF")
    file = SimpleUploadedFile("hop.gif", out.getvalue(), "image/gif")
    one = NewsImage.objects.create(
        title="Họp ấp", credit="Chị Lan", description="Họp ấp", file=file, shows_people=False
    )
    page = as_(world.editor).post(reverse("messages:compose", args=[row.pk]), typed(row, one)).content.decode()
    assert "“Họp ấp”: Không đọc được tệp này như một tấm ảnh" in page


def test_newsrooms_wait_or_not_as_they_are_and_our_own_pages_wait(world: World) -> None:
    settle_unit(world)
    version = approved(world, "webpage", "board")
    until = facts_of(version.content).embargo_until
    assert until is not None
    outlet(world, "webpage", "Trang của xã")
    outlet(world, "board", "Bảng tin")
    early = outlet(world, "press", "Báo tỉnh", settings={"email": "toasoan@example.org", "before_embargo": True})
    outlet(world, "press", "Đài tỉnh", settings={"email": "dai@example.org"})
    placed(world, ["webpage", "board", "press"], version=version, at=timezone.now(),
           expires_at=timezone.now() + timedelta(days=3))  # fmt: skip
    now = timezone.now() + timedelta(minutes=1)
    assert take_placements(kind="webpage", account_id=None, limit=9, at=now, lease=LEASE) == []
    later = until + timedelta(seconds=1)
    assert len(take_placements(kind="webpage", account_id=None, limit=9, at=later, lease=LEASE)) == 1
    board = Placement.objects.get(kind="board")
    page = as_(world.officer).get(reverse("outreach:placement", args=[board.pk])).content.decode()
    assert "Không trước" in page
    rows = list(Placement.objects.filter(kind="press").select_related("broadcast__version__message"))
    words = placings(rows, at=now)
    relay = SmtpSimulator()
    with running(relay):
        settings = {"host": "127.0.0.1", "port": relay.smtp_port, "security": "none", "sender_name": "Sở",
                    "sender": "baochi@lantoa.example", "connections": 1, "timeout": 10}  # fmt: skip

        async def put(row: Placement) -> Any:
            async with PressPlacer(settings, {}) as placer:
                return await placer.place(words[row.pk])

        for row in rows:
            if row.outlet_id == early.pk:
                assert isinstance(asyncio.run(put(row)), Accepted)
            else:
                with pytest.raises(Retry) as waits:
                    asyncio.run(put(row))
                assert timedelta(hours=23) < (waits.value.after or timedelta()) <= timedelta(hours=24)


def test_an_embargo_after_the_last_hour_is_refused_before_anything_is_prepared(world: World) -> None:
    settle_unit(world)
    version = approved(world, hours=100)
    outlet(world, "press", "Báo tỉnh", settings={"email": "toasoan@example.org"})
    with pytest.raises(CannotChangeError):
        placed(world, ["press"], version=version, expires_at=datetime.now(UTC) + timedelta(days=2))
    url = f"{reverse('outreach:new')}?tin={version.message_id}"
    sent = {"publics": ["press"], "place_unit": world.unit_id, "urgency": "ordinary", "days": 2, "priority": "normal"}
    assert "Giờ được đăng đến sau số ngày này" in as_(world.officer).post(url, sent).content.decode()
    assert as_(world.officer).post(url, sent | {"days": 6}).status_code == 302
