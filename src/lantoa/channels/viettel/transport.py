"""One `wsCpMt` a message. Result 1 says "queued", which is accepted and not yet delivered.

Source: callers of the gateway in public code; no document of the provider's was found. Result 0 comes with words and no
code: those that are known stand in `words`, more of them that mean the account in the setting `account_words`.
"""

import hashlib
from typing import ClassVar

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    Capability,
    Outgoing,
    Rejected,
    Secrets,
    SendProblem,
    Settings,
    Transport,
    Unknown,
    explain,
)
from lantoa.channels.http1 import HttpPool
from lantoa.channels.sms.segments import Alphabet, alphabet_of
from lantoa.channels.sms.unexplained import told
from lantoa.channels.wire import post, quoted

from .capability import CAPABILITY
from .soap import NotXml, answered, envelope
from .words import meaning

QUEUED = "1"


class ViettelTransport(Transport):
    """Sends through one account of the gateway."""

    capability: ClassVar[Capability] = CAPABILITY

    def __init__(self, settings: Settings, secrets: Secrets) -> None:
        self._url = str(settings.get("url", ""))
        self._connections = int(settings.get("connections") or CAPABILITY.concurrency)
        self._timeout = float(settings.get("timeout") or 30)
        self._login = {
            "User": str(settings.get("user", "")),
            "Password": secrets.get("password", ""),
            "CPCode": str(settings.get("cp_code", "")),
        }
        self._brandname = str(settings.get("brandname", ""))
        self._content_types = {
            Alphabet.GSM7: str(settings.get("content_type_plain") or "0"),
            Alphabet.UCS2: str(settings.get("content_type_unicode") or "1"),
        }
        words = str(settings.get("account_words") or "").lower().split(",")
        self._account_words = [word.strip() for word in words if word.strip()]
        self._told = told(self._url, *self._login.values(), self._brandname)
        self._http: HttpPool | None = None

    async def open(self) -> None:
        """Make the connection pool."""
        if self._http is None:
            self._http = HttpPool(connections=self._connections, timeout=self._timeout, content_type="text/xml")

    async def close(self) -> None:
        """Close the connection pool."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def send(self, message: Outgoing) -> Accepted:
        """Post one SMS."""
        if self._http is None:
            raise RuntimeError("open the transport first")
        try:
            call = envelope("wsCpMt", self._fields(message))
        except NotXml as error:
            raise Rejected(_("the text holds a character that cannot be sent")) from error
        raw = await post(self._http, self._url, call, {"SOAPAction": '""'})
        try:
            answer = answered(raw)
        except NotXml as error:
            raise Unknown(_("the answer cannot be read")) from error
        result, words = answer.get("result", ""), answer.get("message", "")
        if result == QUEUED:
            self._told.took()
            return Accepted(provider_id="")
        raise self._problem(message.key, result, words)

    def _fields(self, message: Outgoing) -> dict[str, str]:
        phone = message.address.removeprefix("+")
        return self._login | {
            "RequestID": request_id(message.key),
            "UserID": phone,
            "ReceiverID": phone,
            "ServiceID": self._brandname,
            "CommandCode": "bulksms",
            "Content": message.text,
            "ContentType": self._content_types[alphabet_of(message.text)],
        }

    def _problem(self, key: str, result: str, words: str) -> SendProblem:
        """What a result other than 1 means; without a number nobody can tell."""
        if not result.removeprefix("-").isdecimal():
            return Unknown(_("the answer has no result code"))
        shown = quoted(words)
        if any(word in words.lower() for word in self._account_words):
            return AccountProblem(explain(_("the gateway refuses the account"), code=result, detail=shown))
        known = meaning(words, code=result, shown=shown)
        return known or self._told.meaning(key, explain(_("refused by the gateway"), code=result, detail=shown))


def request_id(key: str) -> str:
    """Return the number by which the provider's log knows a delivery: the gateway refuses what is no number
    (REQUEST_ID_NOT_NUMBER), and how long it may be is told nowhere; this fits 31 bits."""
    return str(int.from_bytes(hashlib.blake2b(key.encode(), digest_size=4).digest()) >> 1)
