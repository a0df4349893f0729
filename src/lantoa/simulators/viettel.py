"""A stand-in for a Viettel-style SOAP gateway: `wsCpMt` in, `Insert MT_QUEUE: OK` out."""

import asyncio
from typing import Any
from xml.etree.ElementTree import ParseError

from aiohttp import web
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from lantoa.simulators.stage import Simulator, mishap_after, mishap_before

PATH = "/bulkapi"
_IMPL = "{http://impl.bulkSms.ws/}"
_BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"
_ANSWER = (
    '<?xml version="1.0" ?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
    '<ns2:wsCpMtResponse xmlns:ns2="http://impl.bulkSms.ws/"><return><message>{words}</message>'
    "<result>{result}</result></return></ns2:wsCpMtResponse></S:Body></S:Envelope>"
)


class ViettelSimulator(Simulator):
    """Queues whatever it is given, as often as it is given it: a repeated RequestID is a second message."""

    name = "viettel"

    def __init__(
        self,
        *,
        user: str = "lantoa",
        password: str = "demo-pw",  # noqa: S107  (a stand-in's password opens nothing)
        cp_code: str = "LANTOA",
        template_only: bool = False,
        **wishes: Any,
    ) -> None:
        super().__init__(**wishes)
        self.login = (user, password, cp_code)
        self.template_only = template_only

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the sending address."""
        return [web.post(PATH, self._send)]

    async def _send(self, request: web.Request) -> web.Response:
        try:
            call = fromstring(await request.read()).find(f"{_BODY}/{_IMPL}wsCpMt")
        except (ParseError, DefusedXmlException):
            call = None
        if call is None:
            return web.Response(status=500, text="<S:Fault/>", content_type="text/xml")
        fields = {part.tag: part.text or "" for part in call}
        key = fields.get("RequestID", "")
        if not key.isdecimal():
            return _answer("Check RequestID: REQUEST_ID_NOT_NUMBER", 0)
        attempt = self.ledger.attempt(key)
        if self.behaviour.slow_ms:
            await asyncio.sleep(self.behaviour.slow_ms / 1000)
        refusal = mishap_before(self, key, attempt) or self._refusal(fields, key, attempt)
        if refusal is not None:
            return refusal
        more = {"brandname": fields.get("ServiceID", ""), "content_type": fields.get("ContentType", "")}
        provider_id = f"mt-{self.ledger.calls}"
        self.ledger.accept(key, provider_id=provider_id, address=fields["ReceiverID"], text=fields["Content"], **more)
        return mishap_after(self, request, key, attempt, _answer("Insert MT_QUEUE: OK", 1))

    def _refusal(self, fields: dict[str, str], key: str, attempt: int) -> web.Response | None:
        behaviour = self.behaviour
        if tuple(fields.get(name, "") for name in ("User", "Password", "CPCode")) != self.login:
            return _answer("Authenticate: WRONG_INFORMATION_AUTHENTICATE", 0)
        if behaviour.happens("throttle", behaviour.throttle, key, attempt):
            return web.Response(status=429, headers={"Retry-After": str(behaviour.retry_after)})
        if self.template_only:
            return _answer("Check template: CONTENT_NOT_MATCH_TEMPLATE", 0)
        if not fields.get("ReceiverID", "").isdecimal():
            return _answer("Check ReceiverID: FORMAT_ERROR", 0)
        if behaviour.happens("refuse", behaviour.refuse, key):
            return _answer("Check Content: MSG_ERROR_CONTAIN_BLACKLIST", 0)
        return None


def _answer(words: str, result: int) -> web.Response:
    return web.Response(text=_ANSWER.format(words=words, result=result), content_type="text/xml")
