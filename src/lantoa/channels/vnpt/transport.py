"""One `send_sms_list` a message: the gateway is told a template's number and its parameters.

The approved text is taken apart by the templates registered in the account's settings; one that matches none is refused
here, in words, before anything leaves. Source: callers of the gateway in public code; ERROR 0 is success. What a few
other codes mean is known from tests of the gateway itself in public code; more of them are settings, and what nothing
explains goes through `sms.unexplained`.
"""

import hashlib
from typing import Any, ClassVar

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
    Throttled,
    Transport,
    Unknown,
    explain,
)
from lantoa.channels.http1 import HttpPool
from lantoa.channels.sms.segments import Alphabet, alphabet_of
from lantoa.channels.sms.unexplained import told
from lantoa.channels.wire import post_json, quoted

from .capability import CAPABILITY
from .templates import NO_TEMPLATE, NO_TEMPLATES, match, registered

ACCOUNT = {
    "1": _("the user name or password is wrong, or our address is not on the gateway's list"),
    "14": _("the brand name does not exist"),  # refused by the provider after it was registered
    "15": _("the account is not active at the provider"),
}
REFUSED = {"30": _("the text holds a word that the gateway does not carry")}
"""7, a template that does not exist or is not approved (any more), is left to be learnt: it may be one of several."""


class VnptTransport(Transport):
    """Sends through one account of the gateway."""

    capability: ClassVar[Capability] = CAPABILITY

    def __init__(self, settings: Settings, secrets: Secrets) -> None:
        self._url = str(settings.get("url", ""))
        self._connections = int(settings.get("connections") or CAPABILITY.concurrency)
        self._timeout = float(settings.get("timeout") or 30)
        self._fixed = {
            "LABELID": str(settings.get("label_id", "")),
            "CONTRACTTYPEID": str(settings.get("contract_type_id", "")),
            "CONTRACTID": str(settings.get("contract_id", "")),
            "ISTELCOSUB": str(settings.get("is_telco_sub") or "0"),
            "AGENTID": str(settings.get("agent_id", "")),
            "APIUSER": str(settings.get("api_user", "")),
            "APIPASS": secrets.get("api_pass", ""),
            "USERNAME": str(settings.get("username", "")),
        }
        self._codings = {
            Alphabet.GSM7: str(settings.get("data_coding_plain") or "0"),
            Alphabet.UCS2: str(settings.get("data_coding_unicode") or "8"),
        }
        self._account_codes = _listed(settings.get("account_codes"))
        self._throttle_codes = _listed(settings.get("throttle_codes"))
        self._templates = registered(str(settings.get("templates") or ""))
        self._told = told(self._url, *self._fixed.values(), str(settings.get("templates") or ""))
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
        """Post one SMS as a template and its parameters."""
        if self._http is None:
            raise RuntimeError("open the transport first")
        reply = (await post_json(self._http, self._url, {"RQST": self._request(message)})).get("RPLY")
        if not isinstance(reply, dict):
            raise Unknown(_("the answer cannot be read"))
        code = str(reply.get("ERROR", ""))
        if code == "0":
            self._told.took()
            return Accepted(provider_id="")
        raise self._problem(message.key, code, quoted(str(reply.get("ERROR_DESC") or "")))

    def _request(self, message: Outgoing) -> dict[str, Any]:
        if not self._templates:
            raise AccountProblem(NO_TEMPLATES)
        found = match(self._templates, message.text)
        if found is None:
            raise Rejected(NO_TEMPLATE)
        template, params = found
        return {
            "name": "send_sms_list",
            "REQID": str(int.from_bytes(hashlib.blake2b(message.key.encode(), digest_size=7).digest())),
            **self._fixed,
            "TEMPLATEID": template.number,
            "PARAMS": [{"NUM": str(place), "CONTENT": value} for place, value in params.items()],
            "SCHEDULETIME": "",
            "MOBILELIST": message.address.removeprefix("+"),
            "DATACODING": self._codings[alphabet_of(message.text)],
        }

    def _problem(self, key: str, code: str, words: str) -> SendProblem:
        if not code.removeprefix("-").isdecimal():
            return Unknown(_("the answer has no result code"))
        if code in self._throttle_codes:
            return Throttled(explain(_("too many messages at once"), code=code))
        if code in self._account_codes or code in ACCOUNT:
            reason = ACCOUNT.get(code, _("the gateway refuses the account"))
            return AccountProblem(explain(reason, code=code, detail=words))
        if code in REFUSED:
            return Rejected(explain(REFUSED[code], code=code))
        return self._told.meaning(key, explain(_("refused by the gateway"), code=code, detail=words))


def _listed(written: object) -> frozenset[str]:
    return frozenset(code.strip() for code in str(written or "").split(",") if code.strip())
