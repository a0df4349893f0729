"""What a phone's file tells beside picture and sound does not come in; what is no picture or sound does not either."""

import io
import struct
import zlib
from uuid import uuid4

import pytest
from PIL import Image

from lantoa.contributions import services
from lantoa.contributions.models import StoryFile
from lantoa.contributions.rules import StoryRefused
from lantoa.contributions.sounds import examined
from lantoa.kernel.clock import now
from lantoa.kernel.pictures import UnreadablePicture
from lantoa.kernel.private_files import content_of, opened
from tests.contributions.conftest import GPS, amr, m4a, photo, wav

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_place_hour_and_device_are_gone_from_the_kept_bytes(kind):
    sent = photo(kind=kind)
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(GPS)[1] == "N"
    held = services.hold_photo(draft_key=uuid4(), content=sent, at=now())
    kept = content_of(held.path)
    picture = Image.open(io.BytesIO(kept))
    assert (picture.format, dict(picture.getexif())) == ("JPEG", {})
    assert not any(told in kept for told in (b"Exif", b"2026:11:20", "chị Hoa".encode(), b"GPS"))


def test_a_bomb_is_refused_by_its_head_and_nothing_is_kept():
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )
    with pytest.raises(UnreadablePicture):
        services.hold_photo(draft_key=uuid4(), content=bomb, at=now())
    assert not StoryFile.objects.exists()


def test_what_is_no_picture_is_refused_and_heic_is_told_the_way_out():
    for content, words in ((b"<svg onload=alert(1)>", "JPEG"), (b"\0\0\0\x18ftypheic" + bytes(40), "HEIC")):
        with pytest.raises(UnreadablePicture, match=words):
            services.hold_photo(draft_key=uuid4(), content=content, at=now())


def test_one_photo_too_many_is_refused_and_the_same_twice_is_one(settings):
    settings.LANTOA_STORY_PHOTOS, key = 2, uuid4()
    colours = ["#102030", "#102030", "#405060"]
    for colour in colours:
        services.hold_photo(draft_key=key, content=photo(colour), at=now())
    assert StoryFile.objects.filter(draft_key=key).count() == 2
    with pytest.raises(StoryRefused, match="2 ảnh"):
        services.hold_photo(draft_key=key, content=photo("#708090"), at=now())


@pytest.mark.parametrize(
    ("content", "kind", "seconds"),
    [(wav(3), "audio/wav", 3), (m4a(4), "audio/mp4", 4), (amr(2), "audio/amr", 2)],
)
def test_a_recording_is_known_by_its_content_and_measured(content, kind, seconds):
    sound = examined(content)
    assert (sound.content_type, sound.seconds) == (kind, seconds)


def test_the_place_a_recorder_wrote_is_overwritten_and_the_sound_stays_where_it_was():
    sent = m4a()
    assert b"+09.1767" in sent
    kept = examined(sent).content
    assert b"+09.1767" not in kept
    assert b"udta" not in kept
    assert (len(kept), kept[-208:]) == (len(sent), sent[-208:])
    assert examined(kept).seconds == 4


@pytest.mark.parametrize("content", [b"", b"RIFF....", b"ID3" + bytes(50), m4a(handler=b"vide"), b"#!AMR\n", b"MZ\x90"])
def test_what_is_no_recording_is_refused(content):
    with pytest.raises(StoryRefused):
        examined(content)


def test_a_recording_that_plays_too_long_is_refused(settings):
    settings.LANTOA_STORY_VOICE_MINUTES = 1
    assert examined(m4a(60)).seconds == 60
    with pytest.raises(StoryRefused, match="1 phút"):
        examined(m4a(61))


def test_a_second_recording_takes_the_place_of_the_first(django_capture_on_commit_callbacks):
    key = uuid4()
    with django_capture_on_commit_callbacks(execute=True):
        first = services.hold_voice(draft_key=key, content=wav(2), at=now())
        second = services.hold_voice(draft_key=key, content=wav(3), at=now())
    assert [file.pk for file in StoryFile.objects.filter(draft_key=key)] == [second.pk]
    with pytest.raises(FileNotFoundError):
        opened(first.path)
