"""Events as calendars read them: iCalendar (RFC 5545), times in UTC, lines of at most 75 octets."""

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.utils.html import strip_tags

from lantoa.newsroom.models import EventPage

CONTENT_TYPE = "text/calendar; charset=utf-8"
_LINE = 75


def calendar(events: Iterable[EventPage], *, name: str, host: str) -> bytes:
    """A calendar of these events. `host` makes their ids unique the world over; a changed event keeps its id."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Lan Toa//Su kien//VI", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{_text(name)}")
    for event in events:
        lines += _event(event, host)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(event: EventPage, host: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.translation_key}@{host}"
    yield f"DTSTAMP:{_moment(event.last_published_at or event.starts_at)}"
    yield f"DTSTART:{_moment(event.starts_at)}"
    if event.ends_at:
        yield f"DTEND:{_moment(event.ends_at)}"
    yield f"SUMMARY:{_text(event.title)}"
    if told := " ".join(filter(None, [event.lead, strip_tags(event.join)])):
        yield f"DESCRIPTION:{_text(told)}"
    if event.named_kind:
        yield f"CATEGORIES:{_text(event.named_kind)}"
    if event.place:
        yield f"LOCATION:{_text(event.place)}"
    if event.pk and event.full_url:
        yield f"URL:{event.full_url}"
    yield f"STATUS:{'CANCELLED' if event.called_off else 'CONFIRMED'}"
    yield "END:VEVENT"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    """TEXT of section 3.3.11: backslash, semicolon, comma and line ends are escaped; no other control characters."""
    kept = words.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(letter for letter in kept if letter == "\n" or unicodedata.category(letter) != "Cc")
    kept = kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return kept.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """One content line, folded without cutting a letter (section 3.1)."""
    parts, room, held = [], _LINE, b""
    for letter in line:
        octets = letter.encode()
        if len(held) + len(octets) > room:
            parts.append(held)
            held, room = b"", _LINE - 1
        held += octets
    return b"\r\n ".join([*parts, held]) + b"\r\n"
