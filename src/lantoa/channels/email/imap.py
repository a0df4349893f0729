"""New mails over IMAP4rev1 (RFC 3501), by the standard library in the worker's thread.

The mailbox is opened read-only and left as it is. What is new is told by UID: higher than the last one read, under the
same UIDVALIDITY. When the server starts its UIDs anew, everything is read again, and `InboundEvent` knows each mail by
the hash of its bytes. The server is believed to be ours but not to be well: every look has a deadline and every answer
a limit.
"""

import hashlib
import imaplib
import re
import ssl
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from typing import Self

from django.utils.translation import gettext_noop as _

from lantoa.channels.collecting import Batch, Collected, Collector, CollectProblem, Mark
from lantoa.channels.contract import Secrets, Settings, explain
from lantoa.channels.inbound import Inbound, Received

from .reading import read_mail
from .words import file_at

WHOLE = 30 * 1024 * 1024
"""Bytes up to which a mail is kept whole; of a larger one only the beginning."""
BEGINNING = 256 * 1024
AT_ONCE = 20
"""Mails in one transaction."""
SILENCE = 30.0
"""Seconds the server may say nothing."""
PATIENCE = 240.0
"""Seconds one batch may take; below the lease of `fetching`."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
UNWELL = (imaplib.IMAP4.error, OSError, ValueError, TypeError, LookupError, AttributeError, EOFError)
"""What the library raises when the server is away, speaks another language or breaks off."""
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b")


class ImapCollector(Collector):
    """Fetches the new mails of one account."""

    def wanted(self, settings: Settings) -> bool:
        """Tell whether a mail server for incoming mail is named."""
        return bool(settings.get("imap_host"))

    def pause(self, settings: Settings) -> timedelta:
        """Return the account's own pause, 30 seconds unless it says otherwise."""
        return timedelta(seconds=int(settings.get("imap_seconds") or 30))

    def collect(self, settings: Settings, secrets: Secrets, mark: Mark) -> Iterator[Batch]:
        """Yield the mails above the mark, oldest first, up to `AT_ONCE` in a batch."""
        try:
            with _Session(settings, secrets.get("imap_password", "")) as session:
                yield from session.batches(mark)
        except imaplib.IMAP4.readonly as error:  # the server re-opened the mailbox: nothing is wrong, look again
            raise CollectProblem(_("the mail server changed the mailbox while it was read")) from error
        except UNWELL as error:
            raise CollectProblem(explain(_("the mailbox cannot be read"), detail=type(error).__name__)) from error

    def read(self, received: Received) -> list[Inbound]:
        """Return what a mail says."""
        return read_mail(received)

    def content(self, received: Received, place: int) -> bytes:
        """Return one file of a mail."""
        return file_at(message_from_bytes(received.body), place)


class _Bounded:
    """Keeps a server from holding a worker for ever or filling its memory."""

    deadline = 0.0

    def read(self, size: int) -> bytes:
        if size > WHOLE + BEGINNING:
            raise imaplib.IMAP4.abort("too much at once")
        self._in_time()
        data: bytes = super().read(size)  # type: ignore[misc]
        return data

    def readline(self) -> bytes:
        self._in_time()
        line: bytes = super().readline()  # type: ignore[misc]
        return line

    def _in_time(self) -> None:
        if time.monotonic() > self.deadline:
            raise imaplib.IMAP4.abort("too slow")


class _Plain(_Bounded, imaplib.IMAP4):
    deadline = float("inf")


class _Tls(_Bounded, imaplib.IMAP4_SSL):
    deadline = float("inf")


class _Session:
    """One look into one mailbox."""

    def __init__(self, settings: Settings, password: str) -> None:
        self._settings, self._password = settings, password

    def __enter__(self) -> Self:
        self._client = self._connected()
        try:
            self._open()
        except BaseException:
            self._client.shutdown()
            raise
        return self

    def __exit__(self, *_exc: object) -> None:
        try:
            self._client.logout()
        except (imaplib.IMAP4.error, OSError, ValueError):
            self._client.shutdown()

    def _connected(self) -> _Plain | _Tls:
        host, security = str(self._settings["imap_host"]), self._settings.get("imap_security", "tls")
        port = int(self._settings.get("imap_port") or (993 if security == "tls" else 143))
        silence = float(self._settings.get("timeout") or SILENCE)
        if security == "tls":
            return _Tls(host, port, ssl_context=ssl.create_default_context(), timeout=silence)
        client = _Plain(host, port, timeout=silence)
        if security == "starttls":
            client.starttls(ssl.create_default_context())
        return client

    def _open(self) -> None:
        client = self._client
        client.deadline = time.monotonic() + PATIENCE
        try:
            client.login(str(self._settings.get("imap_username", "")), self._password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise CollectProblem(_("the mail server refuses the user name or password")) from error
        name = mailbox_name(str(self._settings.get("imap_mailbox") or "INBOX"))
        answer, _told = client.select(name, readonly=True)
        if answer != "OK":
            raise CollectProblem(_("the mail server has no such mailbox"))
        self._validity = _number(client.response("UIDVALIDITY")[1])
        if not self._validity:
            raise CollectProblem(_("the mail server does not number its mails"))

    def batches(self, mark: Mark) -> Iterator[Batch]:
        """Yield what is new; a mailbox numbered anew is read from the start."""
        last = int(mark.get("uid", 0)) if mark.get("validity") == self._validity else 0
        waiting = self._uids_after(last)
        for start in range(0, len(waiting), AT_ONCE):
            self._client.deadline = time.monotonic() + PATIENCE
            some = waiting[start : start + AT_ONCE]
            found = [mail for uid in some if (mail := self._fetched(uid)) is not None]
            yield Batch(found, {"validity": self._validity, "uid": some[-1]})

    def _uids_after(self, last: int) -> list[int]:
        query = [f"UID {last + 1}:*"]
        if since := str(self._settings.get("imap_since") or ""):
            day = date.fromisoformat(since)
            query.append(f"SINCE {day.day}-{MONTHS[day.month - 1]}-{day.year}")
        answer, told = self._client.uid("SEARCH", " ".join(query))
        if answer != "OK":
            raise imaplib.IMAP4.error("SEARCH")
        words = b" ".join(part for part in told if isinstance(part, bytes)).split()
        return sorted({uid for word in words if word.isdigit() and (uid := int(word)) > last})  # "n:*" names the last

    def _fetched(self, uid: int) -> Collected | None:
        """One mail; None when it has been deleted meanwhile, which is not the same as named and not given."""
        facts = self._answer(uid, "(RFC822.SIZE INTERNALDATE)")
        size = next((int(hit[1]) for line in facts if (hit := _SIZE.search(_line(line)))), 0)
        part = f"<0.{BEGINNING}>" if size > WHOLE else ""
        told = self._answer(uid, f"(UID BODY.PEEK[]{part})")
        body = next((found for one in told if (found := _body(one, uid)) is not None), None)
        if body is None:
            if uid in self._uids_after(uid - 1):
                raise CollectProblem(_("the mail server does not give a mail it names"))
            return None
        arrived = next((stamp for line in facts if (stamp := _arrival(_line(line)))), datetime.now(UTC))
        headers = {"x-arrived": arrived.isoformat()} | ({"x-whole-size": str(size)} if part else {})
        return Collected("mail:" + hashlib.sha256(body).hexdigest(), Received(body=body, headers=headers))

    def _answer(self, uid: int, what: str) -> list[object]:
        answer, told = self._client.uid("FETCH", str(uid), what)
        if answer != "OK":
            raise imaplib.IMAP4.error("FETCH")
        return list(told or [])


def mailbox_name(name: str) -> str:
    """Return a mailbox name as IMAP4rev1 writes it: modified UTF-7 (RFC 3501 §5.1.3), quoted."""
    coded = []
    for part in re.split(r"([^\x20-\x7e]+)", name):
        if part.isascii():
            coded.append("".join(letter for letter in part if letter.isprintable()).replace("&", "&-"))
        else:
            coded.append("&" + _base64(part.encode("utf-16-be", "replace")) + "-")
    return '"' + "".join(coded).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode().rstrip("=").replace("/", ",")


def _number(told: list[bytes | None]) -> int:
    first = told[-1] if told else None
    return int(first) if isinstance(first, bytes) and first.isdigit() else 0


def _line(one: object) -> bytes:
    return bytes(one[0]) if isinstance(one, tuple) else one if isinstance(one, bytes) else b""


def _body(one: object, uid: int) -> bytes | None:
    if not isinstance(one, tuple) or not isinstance(one[1], bytes) or b"BODY[" not in one[0].upper():
        return None
    named = _UID.search(one[0])
    return one[1] if named is None or int(named[1]) == uid else None


def _arrival(line: bytes) -> datetime | None:
    told = imaplib.Internaldate2tuple(line)
    return datetime.fromtimestamp(time.mktime(told), UTC) if told else None
