"""One `wsCpMt` a message. Result 1 says "queued", which is accepted and not yet delivered.

Source: callers of the gateway in public code; no document of the provider's was found. Result 0 comes with words and no
code, so which words mean the account is a setting (`account_words`); any other refusal is of the message.
"""

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
from lantoa.channels.wire import post, quoted

from .capability import CAPABILITY
from .soap import NotXml, answered, envelope

QUEUED = "1"
NO_TEMPLATE = "CONTENT_NOT_MATCH_TEMPLATE"


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
            return Accepted(provider_id="")
        raise self._problem(result, quoted(words))

    def _fields(self, message: Outgoing) -> dict[str, str]:
        phone = message.address.removeprefix("+")
        return self._login | {
            "RequestID": message.key,
            "UserID": phone,
            "ReceiverID": phone,
            "ServiceID": self._brandname,
            "CommandCode": "bulksms",
            "Content": message.text,
            "ContentType": self._content_types[alphabet_of(message.text)],
        }

    def _problem(self, result: str, words: str) -> SendProblem:
        """What a result other than 1 means; without a number nobody can tell."""
        if not result.removeprefix("-").isdecimal():
            return Unknown(_("the answer has no result code"))
        if NO_TEMPLATE in words:
            return Rejected(explain(_("the text does not match a registered template"), code=result))
        if any(word in words.lower() for word in self._account_words):
            return AccountProblem(explain(_("the gateway refuses the account"), code=result, detail=words))
        return Rejected(explain(_("refused by the gateway"), code=result, detail=words))
