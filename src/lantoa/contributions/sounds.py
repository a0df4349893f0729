"""Recordings from phones: what they are by their content, how long they play, without what the phone wrote beside."""

import struct
from dataclasses import dataclass
from itertools import chain

from django.conf import settings
from django.utils.translation import gettext as _

from lantoa.contributions.rules import StoryRefused
from lantoa.newsroom.sound import boxes, seconds_of

MAX_BYTES = 25 * 1024 * 1024
_AMR, _AMR_WIDE = b"#!AMR\n", b"#!AMR-WB\n"
_FRAMES = {
    _AMR: (12, 13, 15, 17, 19, 20, 26, 31, 5, 0, 0, 0, 0, 0, 0, 0),
    _AMR_WIDE: (17, 23, 32, 36, 40, 46, 50, 58, 60, 5, 0, 0, 0, 0, 0, 0),
}
"""Bytes of a frame after its first one, by the frame's type (RFC 4867, §5.3); each plays 20 ms."""
_TELLS = (b"udta", b"meta", b"uuid")
"""Boxes in which phones write the place, the device and the name."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A sound fit to be kept."""

    content: bytes
    content_type: str
    suffix: str
    seconds: int


def examined(content: bytes) -> Recording:
    """Return the recording without its tags; raises StoryRefused for what is none, or too long or large."""
    if len(content) > MAX_BYTES:
        raise StoryRefused(_("The recording is larger than 25 MB. Send a shorter one."))
    kind = _kind(content)
    seconds = _seconds(content) if kind else None
    if kind is None or not seconds:
        raise StoryRefused(_("This is no recording we can play. Send MP3, M4A, Ogg, WAV or AMR."))
    if seconds > settings.LANTOA_STORY_VOICE_MINUTES * 60:
        raise StoryRefused(
            _("The recording plays longer than %(n)s minutes. Send a shorter one.")
            % {"n": settings.LANTOA_STORY_VOICE_MINUTES}
        )
    return Recording(_bare(content), *kind, max(1, round(seconds)))


def _kind(content: bytes) -> tuple[str, str] | None:
    if content.startswith((_AMR, _AMR_WIDE)):
        return "audio/amr", ".amr"
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "audio/wav", ".wav"
    if content[:4] == b"OggS":
        return "audio/ogg", ".ogg"
    if content[4:8] == b"ftyp":
        return "audio/mp4", ".m4a"
    if content[:3] == b"ID3" or content[:1] == b"\xff":
        return "audio/mpeg", ".mp3"
    return None


def _seconds(content: bytes) -> float | None:
    head = next((head for head in _FRAMES if content.startswith(head)), None)
    return seconds_of(content) if head is None else _amr_seconds(content, head)


def _amr_seconds(content: bytes, head: bytes) -> float:
    place, frames = len(head), 0
    while place < len(content):
        place += 1 + _FRAMES[head][content[place] >> 3 & 15]
        frames += place <= len(content)
    return frames / 50


def _bare(content: bytes) -> bytes:
    """The same sound without tags; what cannot be left out without moving the sound is overwritten in its place."""
    if content[:3] == b"ID3" and len(content) > 10:
        a, b, c, d = content[6:10]
        content = content[10 + (a << 21 | b << 14 | c << 7 | d) :]
    if content[:1] == b"\xff" and content[-128:-125] == b"TAG":
        content = content[:-128]
    if content[4:8] == b"ftyp":
        return _silenced_boxes(content)
    return _silenced_chunks(content) if content[:4] == b"RIFF" else content


def _silenced_boxes(content: bytes) -> bytes:
    written = bytearray(content)
    movies = [(first, after) for kind, first, after in boxes(content) if kind == b"moov"]
    tracks = [(first, after) for movie in movies for kind, first, after in boxes(content, *movie) if kind == b"trak"]
    for kind, first, after in chain(boxes(content), *(boxes(content, *inside) for inside in movies + tracks)):
        if kind in _TELLS:
            name = first - (4 if content[first - 4 : first] == kind else 12)  # a long box has its size in between
            written[name : name + 4] = b"free"
            written[first:after] = bytes(after - first)
    return bytes(written)


def _silenced_chunks(content: bytes) -> bytes:
    written, place = bytearray(content), 12
    while place + 8 <= len(content):
        kind, size = struct.unpack_from("<4sI", content, place)
        if kind not in (b"fmt ", b"data", b"fact"):
            last = min(place + 8 + size, len(content))
            written[place:last] = b"JUNK" + content[place + 4 : place + 8] + bytes(last - place - 8)
        place += 8 + size + size % 2
    return bytes(written)
