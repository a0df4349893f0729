"""A small province with a site, editors, and stories as phones send them: real JPEG with a place in it, real sound."""

import io
import struct
import wave
from uuid import uuid4

import pytest
from PIL import Image

from lantoa.contributions import services
from lantoa.contributions.enums import Credit
from lantoa.contributions.services import Sent
from lantoa.contributions.wording import Agreed
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from tests.portal.conftest import officer, province, publish, site

__all__ = ["officer", "province", "publish", "site"]

TEXT = "Hồi trước nhà tôi chỉ có hai công vuông.\n\nGiờ được ba mùa cua, bà con hỏi tôi chỉ hết."
GPS, MAKE, TAKEN = 0x8825, 0x010F, 0x9003


def photo(colour="#43876f", *, size=(640, 480), kind="JPEG"):
    """A picture as a phone writes it: device, hour and place inside."""
    image = Image.new("RGB", size, colour)
    exif = Image.Exif()
    exif[MAKE] = "Điện thoại của chị Hoa"
    exif.get_ifd(0x8769)[TAKEN] = "2026:11:20 07:15:00"
    exif.get_ifd(GPS).update({1: "N", 2: (9.0, 10.0, 36.0), 3: "E", 4: (105.0, 9.0, 0.0)})
    out = io.BytesIO()
    image.save(out, kind, exif=exif.tobytes())
    return out.getvalue()


def wav(seconds=3, rate=8000):
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"\x00\x10" * (rate * seconds))
    return out.getvalue()


def box(kind, content):
    return struct.pack(">I4s", len(content) + 8, kind) + content


def m4a(seconds=4, *, handler=b"soun"):
    """A recorder's file: its length in the movie header, and where it was made beside it (as phones write it)."""
    head = box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000) + bytes(80))
    track = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + handler + bytes(12))))
    place = box(b"udta", box(b"\xa9xyz", b"\x00\x12\x15\xc7+09.1767+105.1500/"))
    return box(b"ftyp", b"M4A \x00\x00\x00\x00") + box(b"moov", head + track + place) + box(b"mdat", b"\x01" * 200)


def amr(seconds=2):
    return b"#!AMR\n" + (b"\x3c" + bytes(31)) * (50 * seconds)


@pytest.fixture
def editor(province):
    return province.hire(Role.EDITOR, login="bien-tap@example.test")


@pytest.fixture
def reviewer(province):
    return province.hire(Role.REVIEWER, login="duyet@example.test")


@pytest.fixture
def send(province):
    """Send a story as the portal does; files, credit, contact and what is agreed to may be given."""

    def go(*, photos=(), voice=b"", key="", agreed=None, commune="Xã Đất Thử", at=None, **said):
        draft_key, at = uuid4(), at or now()
        for content in photos:
            services.hold_photo(draft_key=draft_key, content=content, at=at)
        if voice:
            services.hold_voice(draft_key=draft_key, content=voice, at=at)
        facts = {"text": TEXT, "credit": Credit.NOBODY} | said
        sent = Sent(unit_id=province.communes[commune], agreed=agreed or Agreed(), **facts)
        return services.send_story(sent=sent, draft_key=draft_key, submission_key=key or f"portal:{draft_key}", at=at)

    return go
