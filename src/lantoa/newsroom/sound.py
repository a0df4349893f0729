"""How long a sound plays, read from its own bytes: WAV (RIFF), Ogg (RFC 3533: Opus, Vorbis), MP3 (ISO 11172-3), M4A
(ISO 14496-12)."""

import io
import struct
import wave
from collections.abc import Iterator

_V1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_V2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
OPUS_RATE = 48_000


def seconds_of(content: bytes) -> float | None:
    """Seconds it plays; None for what is no WAV, Ogg, MP3 or M4A, or is cut before its first sound."""
    if content[:4] == b"RIFF":
        return _wav(content)
    if content[:4] == b"OggS":
        return _ogg(content)
    if content[4:8] == b"ftyp":
        return _m4a(content)
    return _mp3(content)


def _wav(content: bytes) -> float | None:
    try:
        with wave.open(io.BytesIO(content)) as sound:
            return float(sound.getnframes() / sound.getframerate())
    except (wave.Error, EOFError, ZeroDivisionError):
        return None


def _ogg(content: bytes) -> float | None:
    """The last page tells how many samples were played by its end."""
    last = content.rfind(b"OggS")
    head = content[:200]
    if last < 0 or len(content) < last + 14:
        return None
    played = int(struct.unpack_from("<q", content, last + 6)[0])
    if (opus := head.find(b"OpusHead")) >= 0 and len(head) >= opus + 12:
        skipped = int(struct.unpack_from("<H", head, opus + 10)[0])
        return max(played - skipped, 0) / OPUS_RATE or None
    if (vorbis := head.find(b"\x01vorbis")) >= 0 and len(head) >= vorbis + 16:
        rate = int(struct.unpack_from("<I", head, vorbis + 12)[0])
        return played / rate if rate and played > 0 else None
    return None


def _mp3(content: bytes) -> float | None:
    """Every frame tells its own length; their sum is the time, constant bit rate or not."""
    place, total = _past_tag(content), 0.0
    while place + 4 <= len(content):
        size, seconds = _frame(content, place)
        if not size:
            break
        total += seconds
        place += size
    return total or None


def _past_tag(content: bytes) -> int:
    if content[:3] != b"ID3" or len(content) < 10:
        return 0
    a, b, c, d = content[6:10]
    return 10 + (a << 21 | b << 14 | c << 7 | d)


def _frame(content: bytes, place: int) -> tuple[int, float]:
    """(bytes, seconds) of the layer III frame that starts here; (0, 0) when none does."""
    sync, second, third = content[place : place + 3]
    version, layer = second >> 3 & 3, second >> 1 & 3
    rate_at, bits_at = third >> 2 & 3, third >> 4
    if sync != 0xFF or second & 0xE0 != 0xE0 or layer != 1 or version == 1 or rate_at == 3 or bits_at in (0, 15):
        return 0, 0.0
    rate = _RATES[version][rate_at]
    samples, bits = (1152, _V1[bits_at]) if version == 3 else (576, _V2[bits_at])
    return samples // 8 * bits * 1000 // rate + (third >> 1 & 1), samples / rate


def boxes(content: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """(type, first byte of its content, byte after it) of each box that lies whole between `start` and `end`."""
    place, end = start, len(content) if end is None else end
    while place + 8 <= end:
        size, kind = struct.unpack_from(">I4s", content, place)
        head = 8
        if size == 1 and place + 16 <= end:
            (size,) = struct.unpack_from(">Q", content, place + 8)
            head = 16
        size = end - place if size == 0 else size
        if size < head or place + size > end:
            return
        yield kind, place + head, place + size
        place += size


def _inside(content: bytes, kind: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    return ((first, after) for found, first, after in boxes(content, start, end) if found == kind)


def _m4a(content: bytes) -> float | None:
    """What the movie header says, of a file that has sound and no picture."""
    for first, after in _inside(content, b"moov", 0, len(content)):
        tracks = [
            content[handler + 8 : handler + 12]
            for track in _inside(content, b"trak", first, after)
            for media in _inside(content, b"mdia", *track)
            for handler, _end in _inside(content, b"hdlr", *media)
        ]
        head = next(_inside(content, b"mvhd", first, after), None)
        if head is not None and b"soun" in tracks and b"vide" not in tracks:
            return _movie_seconds(content, *head)
    return None


def _movie_seconds(content: bytes, first: int, after: int) -> float | None:
    long = after > first and content[first] == 1
    place, form = (first + 20, ">IQ") if long else (first + 12, ">II")
    if place + struct.calcsize(form) > after:
        return None
    scale, length = struct.unpack_from(form, content, place)
    return length / scale if scale and length else None
