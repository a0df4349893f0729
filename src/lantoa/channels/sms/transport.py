"""The eSMS-style gateway: one JSON POST a message, ``RequestId`` makes a repeat harmless.

Source: developers.esms.vn, "SendMultipleMessage_V4_post_json" and its table of error codes.
The text goes out exactly as approved; with or without marks is the author's choice, made before approval.
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
from lantoa.channels.wire import post_json, quoted

from .capability import CAPABILITY
from .segments import Alphabet, alphabet_of

DEFAULT_URL = "https://rest.esms.vn/MainService.svc/json/SendMultipleMessage_V4_post_json/"

ACCEPTED = frozenset({"100", "124"})  # 124: this RequestId was accepted before
DEAD_ADDRESS = {"99": _("the number is blocked by the gateway"), "108": _("the number is not a phone number")}
REFUSED = {
    "146": _("the text does not match a registered template"),
    "177": _("the brand name is not registered with this network"),
}
ACCOUNT = {
    "101": _("the API key or secret key is wrong"),
    "102": _("the account has no price list"),
    "103": _("the balance is too low"),
    "104": _("the brand name does not exist"),
    "118": _("this account may not send this type of message"),
    "140": _("our address is not on the gateway's list"),
}


class SmsTransport(Transport):
    """Sends through one gateway account."""

    capability: ClassVar[Capability] = CAPABILITY

    def __init__(self, settings: Settings, secrets: Secrets) -> None:
        self._url = str(settings.get("url") or DEFAULT_URL)
        self._connections = int(settings.get("connections") or CAPABILITY.concurrency)
        self._timeout = float(settings.get("timeout") or 30)
        self._fixed = {
            "ApiKey": secrets.get("api_key", ""),
            "SecretKey": secrets.get("secret_key", ""),
            "Brandname": str(settings.get("brandname", "")),
            "SmsType": str(settings.get("sms_type") or "2"),
            "Sandbox": "1" if settings.get("sandbox") else "0",
            "CallbackUrl": callback_url(settings, secrets),
        }
        self._http: HttpPool | None = None

    async def open(self) -> None:
        """Make the connection pool."""
        self._http = self._http or HttpPool(connections=self._connections, timeout=self._timeout)

    async def close(self) -> None:
        """Close the connection pool."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def send(self, message: Outgoing) -> Accepted:
        """Post one SMS."""
        if self._http is None:
            raise RuntimeError("open the transport first")
        reply = await post_json(self._http, self._url, self._body(message))
        code = str(reply.get("CodeResult", ""))
        if code in ACCEPTED:
            return Accepted(provider_id=str(reply.get("SMSID") or ""))
        raise problem_of(code, str(reply.get("ErrorMessage") or ""))

    def _body(self, message: Outgoing) -> dict[str, str]:
        return self._fixed | {
            "Phone": message.address.removeprefix("+"),
            "Content": message.text,
            "IsUnicode": "1" if alphabet_of(message.text) is Alphabet.UCS2 else "0",
            "RequestId": message.key,
        }


def problem_of(code: str, text: str = "") -> SendProblem:
    """Return what a ``CodeResult`` other than success means; one no table explains is still a refusal."""
    if code in DEAD_ADDRESS:
        return Rejected(explain(DEAD_ADDRESS[code], code=code), suppress=True)
    if code in REFUSED:
        return Rejected(explain(REFUSED[code], code=code))
    if code in ACCOUNT:
        return AccountProblem(explain(ACCOUNT[code], code=code))
    if not code.isdecimal():
        return Unknown(_("the answer has no result code"))
    return Rejected(explain(_("refused by the gateway"), code=code, detail=quoted(text)))


def callback_url(settings: Settings, secrets: Secrets) -> str:
    """Return where the gateway reports back: unsigned by the provider, so the URL ends in a secret."""
    base, secret = str(settings.get("webhook_url") or ""), secrets.get("callback_secret", "")
    return f"{base.rstrip('/')}/{secret}/" if base and secret else ""
