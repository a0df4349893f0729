"""The words a person wrote in a mail: plain text if there is any, without what they only quote."""

import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from html import unescape

from lantoa.channels.inbound import FilePart

PARTS_READ = 50
BODY = 100_000
"""Characters of a body that are looked at: what parses and compares texts of strangers costs more than its length."""
LINE = 1000
"""Characters of a line in which the beginning of a quotation is looked for."""
_BLANK = re.compile(r"[ \t\r\f\v\xa0]+")
_LINES = re.compile(r"\n{3,}")
_QUOTES_BEGIN = re.compile(
    r"^\s*(on\b.{5,200}\bwrote\s*:|vào\b.{5,200}\bđã viết\s*:|.{0,200}<[^\s<>@]{1,64}@[^\s<>@]{1,255}>"
    r"\s*(wrote|viết|đã viết)\s*:"
    r"|-{2,}\s*(original message|forwarded message|thư gốc|tin nhắn gốc|tin nhắn đã chuyển tiếp)\s*-{2,}|_{20,})\s*$",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"^\s*(re|aw|tl|trả lời|fwd?|chuyển tiếp)\s*:", re.IGNORECASE)
_TAG = re.compile(r"(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:]{0,40}|[!?])")
_HIDDEN = frozenset({"script", "style", "head"})
_BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "blockquote", "table"})
SHORT = 4
"""Words up to which a text stands for itself: "HUY" says all that "Re: tin" in the subject would only blur."""


def said(mail: Message, subject: str, *, answer: bool) -> str:
    """Return what was written: the body without quotations, with the subject where that begins something new."""
    body = unquoted(text_of(mail)) if answer else text_of(mail)
    subject = " ".join(subject.split())[:300]
    if not body:
        return subject
    if answer or _ANSWER.match(subject) or not subject or len(body.split()) <= SHORT:
        return body
    return body if body.startswith(subject) else f"{subject}\n\n{body}"


def unquoted(text: str) -> str:
    """Return the text up to where it quotes the mail it answers; all of it when nothing else is there."""
    own = []
    for line in text.split("\n"):
        if len(line) <= LINE and _QUOTES_BEGIN.match(line):
            break
        if not line.lstrip().startswith(">"):
            own.append(line)
    return "\n".join(own).strip() or text


def text_of(mail: Message) -> str:
    """Return the first plain text that is not an attachment, else the words of the first HTML."""
    found = {"text/plain": "", "text/html": ""}
    for part in list(mail.walk())[:PARTS_READ]:
        kind = part.get_content_type()
        if kind in found and not found[kind] and part.get_content_disposition() != "attachment":
            found[kind] = _decoded_body(part)
    return _tidy(found["text/plain"]) or _tidy(_stripped(found["text/html"]))


def files(mail: Message) -> tuple[FilePart, ...]:
    """Return the files that came with a mail, by their place among its parts."""
    return tuple(
        FilePart(place, decoded_name(part))
        for place, part in enumerate(list(mail.walk())[:PARTS_READ])
        if _is_file(part)
    )


def file_at(mail: Message, place: int) -> bytes:
    """Return the bytes of the file at this place; empty when there is none."""
    parts = list(mail.walk())[:PARTS_READ]
    raw = parts[place].get_payload(decode=True) if place < len(parts) and _is_file(parts[place]) else b""
    return raw if isinstance(raw, bytes) else b""


def _is_file(part: Message) -> bool:
    if part.is_multipart():
        return False
    named = part.get_content_disposition() == "attachment" or part.get_filename() is not None
    return named or part.get_content_maintype() != "text"


def decoded_name(part: Message) -> str:
    """Return a file's own name without the folders before it."""
    try:
        name = str(make_header(decode_header(str(part.get_filename() or ""))))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        name = ""
    return re.split(r"[/\\]", name)[-1].strip()[:200]


def _decoded_body(part: Message) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    for charset in (part.get_content_charset(), "utf-8", "windows-1258"):
        try:
            return raw.decode(charset or "utf-8")[:BODY]
        except (LookupError, UnicodeError, ValueError):
            continue
    return raw.decode("utf-8", "replace")[:BODY]


def _tidy(text: str) -> str:
    lines = (_BLANK.sub(" ", line).strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return _LINES.sub("\n\n", "\n".join(lines)).strip()


def _stripped(html: str) -> str:
    """Return the words of an HTML body. One walk over it: a parser that looks ahead takes minutes for some texts."""
    first, *pieces = html.split("<")
    words, hidden, comment = [_flat(first)], "", False
    for piece in pieces:
        if comment or piece.startswith("!--"):
            _said, closed, text = piece.partition("-->")
            comment = not closed
        elif (tag := _TAG.match(piece)) is None:
            text = f"<{piece}"
        else:
            name, text = tag["name"].lower(), piece.partition(">")[2]
            if name in _HIDDEN and hidden in ("", name):
                hidden = "" if tag["end"] else name
            if name in _BLOCKS and not hidden:
                words.append("\n")
            hidden = "" if name == "body" else hidden
        if not hidden and not comment:
            words.append(_flat(text))
    return "".join(words)


def _flat(text: str) -> str:
    return unescape(text).replace("\n", " ")


def decoded(mail: Message, name: str) -> str:
    """Return a header with its encoded words read; as it stands when they cannot be."""
    value = str(mail[name] or "")[:4000]
    try:
        return " ".join(str(make_header(decode_header(value))).split())
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return " ".join(value.split())
