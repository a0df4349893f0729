"""What a mail that came in says: a bounce (RFC 3464), nothing (RFC 3834), a refusal, or a person's words.

From proves nothing. A bounce, a refusal and an answer are believed only by our mark (`proof`): in the return address it
came to, in the mail it returns, in Message-IDs it answers, or in its subject. Words without a mark are a stranger's.
The parser is the standard library's older one: it takes any bytes.
"""

from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from hashlib import sha256

from lantoa.channels.inbound import DeadEnd, Inbound, Receipt, ReceiptState, Received, Refusal, Text, Unreadable
from lantoa.channels.wire import clean

from .compose import WAY_OUT
from .proof import proven_keys
from .status import Verdict, verdict_of
from .words import decoded, files, said, text_of

LONGEST = 20_000
"""Characters of a mail that are read as words."""
_ENVELOPE = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
_AUTOMATIC = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponse", "list-id", "feedback-id")
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_NOBODY = ("mailer-daemon@", "postmaster@", "no-reply@", "noreply@", "no_reply@", "do-not-reply@", "donotreply@")


def read_mail(received: Received) -> list[Inbound]:
    """Return what a mail says, perhaps nothing; raises Unreadable and nothing else."""
    try:
        mail = message_from_bytes(received.body)
        return list(_read(mail, _arrived(received)))
    except Unreadable:
        raise
    except Exception as error:  # the parser meets mails its writers never thought of
        raise Unreadable(f"the mail cannot be read: {type(error).__name__}") from error


def _read(mail: Message, at: datetime | None) -> Iterator[Inbound]:
    if mail.get_content_type() == "multipart/report":
        yield from _report(mail, at)
        return
    subject = decoded(mail, "Subject")
    if subject.lower().startswith(WAY_OUT + " ") and (key := next(proven_keys(subject), "")):
        yield Refusal(key, at)
        return
    if automatic(mail):
        return
    answers = next(_answered(mail), "")
    text = said(mail, subject, answer=bool(answers or mail["In-Reply-To"]))
    brought, sender = files(mail), _sender(mail)
    if sender and (text or brought):
        yield Text(sender, clean(text, LONGEST), _message_id(mail), at, answers, brought)


def _report(mail: Message, at: datetime | None) -> Iterator[Inbound]:
    """A delivery report speaks of a mail of ours; any other report (read receipts, complaints) says nothing here."""
    key = next(_returned(mail), "")
    if not key:
        return
    verdict = verdict_of(mail)
    if verdict is Verdict.DELIVERED:
        yield Receipt("", key, ReceiptState.DELIVERED, at)
    if verdict in (Verdict.FAILED, Verdict.DEAD):
        yield Receipt("", key, ReceiptState.FAILED, at)
    if verdict is Verdict.DEAD:
        yield DeadEnd(key, at)


def _returned(mail: Message) -> Iterator[str]:
    """The key of the mail that came back: of our return address, else of the mail or headers enclosed."""
    for name in _ENVELOPE:
        for value in mail.get_all(name, [])[:5]:
            yield from proven_keys(str(value))
    for part in list(mail.walk())[1:10]:
        if part.get_content_type() == "text/rfc822-headers":
            body = part.get_payload(decode=True)
            enclosed = message_from_bytes(body if isinstance(body, bytes) else b"")
            yield from proven_keys(str(enclosed["Message-ID"] or ""))
        elif "Message-ID" in part:
            yield from proven_keys(str(part["Message-ID"]))
    yield from _answered(mail)


def _answered(mail: Message) -> Iterator[str]:
    for name in ("In-Reply-To", "References"):
        yield from proven_keys(str(mail[name] or ""))


def automatic(mail: Message) -> bool:
    """Tell whether no person wrote this to us (RFC 3834, and what was used before it)."""
    told = str(mail["Auto-Submitted"] or "no").split(";")[0].strip().lower()
    sender, bounced_to = _sender(mail), str(mail["Return-Path"] or "").strip()
    return (
        told != "no"
        or str(mail["Precedence"] or "").strip().lower() in _BULK
        or any(mail[name] is not None for name in _AUTOMATIC)
        or bounced_to == "<>"
        or sender.startswith(_NOBODY)
    )


def _sender(mail: Message) -> str:
    found = getaddresses([str(mail["From"] or "")[:2000]])
    return clean(found[0][1].strip().lower(), 254) if found else ""


def _message_id(mail: Message) -> str:
    """What makes a mail this one: its own id, sender, day, subject and words, for whoever knows another's id may write
    it over a mail of their own."""
    given = "".join(str(mail["Message-ID"] or "").split())
    told = "\x1f".join([given, _sender(mail), str(mail["Date"]), str(mail["Subject"]), text_of(mail)])
    return f"{clean(given, 80)}#{sha256(told.encode('utf-8', 'replace')).hexdigest()[:32]}"


def _arrived(received: Received) -> datetime | None:
    try:
        return datetime.fromisoformat(received.headers.get("x-arrived", ""))
    except ValueError:
        return None
