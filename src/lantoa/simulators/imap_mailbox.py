"""A mailbox as IMAP4rev1 sees it: numbered mails, what is asked for and what is told of them (RFC 3501 §2.3, §6.4)."""

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

type Token = str | bytes | list[Token]
"""What stands in a command: an atom or a quoted string, a literal, or a list in brackets."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FLAGS = r"(\Answered \Flagged \Deleted \Seen \Draft)"
_PIECE = re.compile(
    rb'\s*(?:(?P<open>\()|(?P<close>\))|"(?P<quoted>(?:[^"\\]|\\.)*)"'
    rb'|(?P<atom>[^\s()"\[]+(?:\[[^\]]*\](?:<[\d.]+>)?)?))'
)
_BODY = re.compile(r"^(?:BODY(?P<peek>\.PEEK)?\[\]|RFC822)(?:<(?P<start>\d+)\.(?P<size>\d+)>)?$")


class Unheard(Exception):
    """A command that is not understood; the words say why."""


@dataclass(eq=False)
class Mail:
    """One mail; its UID never changes."""

    uid: int
    raw: bytes
    arrived: datetime
    flags: set[str] = field(default_factory=set)


class Mailbox:
    """Mails in the order they came; UIDs rise and are used once."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.validity = int(time.time())
        self.next_uid = 1

    def put(self, raw: bytes, flags: Iterable[str] = ()) -> int:
        """Take a mail in; returns its UID."""
        mail = Mail(self.next_uid, raw, datetime.now(UTC), set(flags))
        self.next_uid += 1
        self.mails.append(mail)
        return mail.uid

    def number_anew(self) -> None:
        """Start the UIDs anew under another UIDVALIDITY, as after a restored backup."""
        self.validity += 1000
        for uid, mail in enumerate(self.mails, 1):
            mail.uid = uid
        self.next_uid = len(self.mails) + 1


def tokens(pieces: Sequence[bytes]) -> list[Token]:
    """Read a command cut at its literals: every second piece is one."""
    found: list[Token] = []
    open_lists = [found]
    for number, piece in enumerate(pieces):
        if number % 2:
            open_lists[-1].append(piece)
        else:
            _read(piece, open_lists)
    if len(open_lists) > 1:
        raise Unheard("a bracket stays open")
    return found


def _read(piece: bytes, open_lists: list[list[Token]]) -> None:
    at, end = 0, len(piece.rstrip())
    while at < end:
        hit = _PIECE.match(piece, at)
        if hit is None or (hit["close"] and len(open_lists) == 1):
            raise Unheard("cannot read the arguments")
        at = hit.end()
        if hit["open"]:
            inner: list[Token] = []
            open_lists[-1].append(inner)
            open_lists.append(inner)
        elif hit["close"]:
            open_lists.pop()
        else:
            word = hit["atom"] if hit["quoted"] is None else re.sub(rb"\\(.)", rb"\1", hit["quoted"])
            open_lists[-1].append(word.decode("utf-8", "replace"))


def word(token: Token) -> str:
    """Return a single string, however it was written."""
    if isinstance(token, list):
        raise Unheard("a list where a word belongs")
    return token.decode("utf-8", "replace") if isinstance(token, bytes) else token


def words(token: Token) -> list[str]:
    """Return the words of a list, or the one word."""
    return [word(one) for one in token] if isinstance(token, list) else [word(token)]


def chosen(view: Sequence[Mail], wanted: str, *, by_uid: bool) -> list[tuple[int, Mail]]:
    """Return the mails of a sequence set with their places from 1; ``*`` is the last, whichever side it stands on."""
    numbered = [(mail.uid if by_uid else place, place, mail) for place, mail in enumerate(view, 1)]
    last = numbered[-1][0] if numbered else 0
    spans = [_span(part, last) for part in wanted.split(",")]
    return [(place, mail) for number, place, mail in numbered if any(low <= number <= high for low, high in spans)]


def _span(part: str, last: int) -> tuple[int, int]:
    ends = part.split(":")
    if not 1 <= len(ends) <= 2 or not all(end == "*" or (end.isascii() and end.isdecimal()) for end in ends):
        raise Unheard("not a sequence set")
    numbers = sorted(last if end == "*" else int(end) for end in ends)
    return numbers[0], numbers[-1]


def found(view: Sequence[Mail], keys: Sequence[Token]) -> Iterator[tuple[int, Mail]]:
    """Return the mails to which every search key applies."""
    left = list(enumerate(view, 1))
    asked = iter(keys)
    for key in asked:
        name = word(key).upper()
        if name == "UID":
            uids = {mail.uid for _place, mail in chosen(view, _next(asked), by_uid=True)}
            left = [(place, mail) for place, mail in left if mail.uid in uids]
        elif name in ("SINCE", "BEFORE", "ON"):
            day = _day(_next(asked))
            left = [(place, mail) for place, mail in left if _applies(name, mail.arrived.date(), day)]
        elif name.removeprefix("UN") in ("SEEN", "DELETED", "ANSWERED", "FLAGGED"):
            flag, without = "\\" + name.removeprefix("UN").capitalize(), name.startswith("UN")
            left = [(place, mail) for place, mail in left if (flag in mail.flags) != without]
        elif name != "ALL":
            raise Unheard("a search key that is not known here")
    yield from left


def _next(asked: Iterator[Token]) -> str:
    try:
        return word(next(asked))
    except StopIteration:
        raise Unheard("a search key without its value") from None


def _applies(name: str, arrived: date, day: date) -> bool:
    return arrived >= day if name == "SINCE" else arrived < day if name == "BEFORE" else arrived == day


def _day(text: str) -> date:
    try:
        day, month, year = text.split("-")
        return date(int(year), MONTHS.index(month.capitalize()) + 1, int(day))
    except ValueError:
        raise Unheard("not a date") from None


def described(place: int, mail: Mail, items: Sequence[str], *, read_only: bool) -> bytes:
    """Return what a FETCH tells of one mail; reading its text marks it seen, unless it only peeks."""
    parts = [_item(mail, item.upper(), read_only=read_only) for item in items]
    return b"* %d FETCH (%s)\r\n" % (place, b" ".join(parts))


def _item(mail: Mail, item: str, *, read_only: bool) -> bytes:
    body = _BODY.match(item)
    if body is None:
        simple = {
            "UID": f"UID {mail.uid}",
            "RFC822.SIZE": f"RFC822.SIZE {len(mail.raw)}",
            "INTERNALDATE": f'INTERNALDATE "{_stamp(mail.arrived)}"',
            "FLAGS": f"FLAGS ({' '.join(sorted(mail.flags))})",
        }
        if item not in simple:
            raise Unheard("an item that is not told here")
        return simple[item].encode()
    if not body["peek"] and not read_only:
        mail.flags.add(r"\Seen")
    raw, name = mail.raw, b"RFC822" if item.startswith("RFC822") else b"BODY[]"
    if body["start"]:
        start = int(body["start"])
        raw, name = raw[start : start + int(body["size"])], name + b"<%d>" % start
    return b"%s {%d}\r\n%s" % (name, len(raw), raw)


def _stamp(at: datetime) -> str:
    return f"{at.day:2d}-{MONTHS[at.month - 1]}-{at:%Y %H:%M:%S} +0000"
