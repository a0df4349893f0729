"""One e-mail as bytes: text beside HTML, one-click unsubscribe (RFC 8058), the same id on every attempt."""

import re
from base64 import encodebytes
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import Outgoing, Rejected, Settings

from .proof import marked

_SPACE = re.compile(r"[\s\x00-\x1f\x7f]+")
PLAIN = 60
"""Characters of a header value that surely fit on its line."""
LOCAL = 64
"""Octets a local part may have (RFC 5321 §4.5.3.1.1)."""
WAY_OUT = "huy"
"""The first word of the subject by which a mail refuses what we send."""
_UNFIT = re.compile(r"[^\x21-\x7e]|[<>]")


def compose(message: Outgoing, settings: Settings) -> bytes:
    """Return the message ready for DATA; raises Rejected when a header cannot be formed from what was given.

    Headers with letters beyond ASCII go through the standard library (RFC 2047); bodies are base64 (RFC 2045), which
    costs a thirtieth of its quoted-printable.
    """
    head = [
        ("To", message.address),
        ("Subject", one_line(message.subject)),
        ("Date", format_datetime(datetime.now(UTC))),
        ("Message-ID", message_id(message.key, settings)),
        ("Content-Language", message.language),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
    ]
    if reply_to := message.reply_to or inbox_of(settings):
        head.append(("Reply-To", reply_to))
    try:
        sender = sender_header(str(settings.get("sender_name", "")), str(settings.get("sender", "")))
        lines = b"".join(_header(name, value) for name, value in (("From", sender), *head))
    except (ValueError, IndexError) as error:
        raise Rejected(_("an address or the subject is malformed")) from error
    plain = _part("plain", message.text)
    ways_out = way_out(message.unsubscribe_url, by_mail(message, settings))
    if not message.html:
        return ways_out + lines + plain
    border = f"=_{message.key}".encode("ascii")
    return b"".join(
        (
            ways_out, lines,
            b'Content-Type: multipart/alternative; boundary="', border, b'"\r\n\r\n',
            b"--", border, b"\r\n", plain, b"--", border, b"\r\n", _part("html", message.html),
            b"--", border, b"--\r\n",
        )
    )  # fmt: skip


def message_id(key: str, settings: Settings) -> str:
    """Return the id of our mail, the same on every attempt; with a proof where answers to it come back to us."""
    return f"<{marked(key) if settings.get('imap_host') else key}@{sender_domain(settings)}>"


def inbox_of(settings: Settings) -> str:
    """Return the address of the mailbox we read; empty where we read none."""
    return str(settings.get("imap_address") or "") if settings.get("imap_host") else ""


def return_address(key: str, settings: Settings) -> str:
    """Return the envelope's sender, where bounces go: one for each mail (VERP) where the mailbox takes a ``+``."""
    plain = str(settings.get("bounce_address") or inbox_of(settings) or settings.get("sender", ""))
    local, _at, domain = plain.rpartition("@")
    own = f"{local}+{marked(key)}"
    return f"{own}@{domain}" if settings.get("imap_plus") and inbox_of(settings) and len(own) <= LOCAL else plain


def by_mail(message: Outgoing, settings: Settings) -> str:
    """Return the mailto address of RFC 2369 that ends what this message belongs to."""
    inbox = inbox_of(settings)
    return f"mailto:{inbox}?subject={WAY_OUT}%20{marked(message.key)}" if inbox else ""


def _header(name: str, value: str) -> bytes:
    """One header line; a short one in ASCII stands as it is, any other is encoded and folded by the library."""
    if value.isascii() and value.isprintable() and (len(value) < PLAIN or name == "Message-ID"):
        return f"{name}: {value}\r\n".encode("ascii")
    return _encoded(name, value)


@lru_cache(maxsize=256)
def _encoded(name: str, value: str) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail[name] = value
    return mail.as_bytes().partition(b"\r\n\r\n")[0] + b"\r\n"


def _part(kind: str, text: str) -> bytes:
    body = encodebytes(text.replace("\r\n", "\n").replace("\n", "\r\n").encode()).replace(b"\n", b"\r\n")
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head.encode("ascii") + body


def way_out(url: str, by_mail: str = "") -> bytes:
    """Return the headers of RFC 2369 and RFC 8058 as they stand: the standard library would encode a long address,
    and no mail program looks for it there. Empty without an address, or with one that no header can hold."""
    if not url or _UNFIT.search(url):
        return b""
    one_click = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" if url.startswith("https://") else ""
    also = f",\r\n <{by_mail}>" if by_mail and not _UNFIT.search(by_mail) else ""
    return f"List-Unsubscribe: <{url}>{also}\r\n{one_click}".encode("ascii")


@lru_cache(maxsize=64)
def sender_header(name: str, address: str) -> str:
    """Return who the mail is from, as a header holds it; raises ValueError or IndexError when it is no address."""
    return str(Address(one_line(name), addr_spec=address))


def sender_domain(settings: Settings) -> str:
    """Return the domain our Message-IDs live in."""
    return str(settings.get("sender", "")).rpartition("@")[2] or "localhost"


def one_line(text: str) -> str:
    """Return ``text`` with line breaks and control characters made spaces: a header holds one line."""
    return _SPACE.sub(" ", text).strip()
