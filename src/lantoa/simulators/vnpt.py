"""A stand-in for a VNPT-style template gateway: a template's number and its parameters in, an error number out."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from lantoa.simulators.stage import Simulator, mishap_after, mishap_before

PATH = "/smsbrand/api"
TEMPLATES = {
    "101": "Ba con {1} nho mang the.",
    "102": "Kinh moi {1} den {2} luc {3}.",
    "103": "Bà con nhớ mang {1}.",
    "104": "Tin mẫu: {1}",
}


class VnptSimulator(Simulator):
    """Knows its templates and puts the text together itself; what it cannot is error 7."""

    name = "vnpt"

    def __init__(
        self,
        *,
        api_user: str = "lantoa",
        api_pass: str = "demo-pw",  # noqa: S107  (a stand-in's password opens nothing)
        templates: Mapping[str, str] | None = None,
        **wishes: Any,
    ) -> None:
        super().__init__(**wishes)
        self.login, self.templates = (api_user, api_pass), dict(templates or TEMPLATES)

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the sending address."""
        return [web.post(PATH, self._send)]

    async def _send(self, request: web.Request) -> web.Response:
        try:
            asked = (await request.json())["RQST"]
            params = {int(one["NUM"]): str(one["CONTENT"]) for one in asked["PARAMS"]}
            key, phone = str(asked["REQID"]), str(asked["MOBILELIST"])
        except (ValueError, KeyError, TypeError):
            return _reply("2", "invalid request")
        attempt = self.ledger.attempt(key)
        if self.behaviour.slow_ms:
            await asyncio.sleep(self.behaviour.slow_ms / 1000)
        refusal = mishap_before(self, key, attempt) or self._refusal(asked, key, attempt)
        if refusal is not None:
            return refusal
        text = self._text(str(asked.get("TEMPLATEID")), params)
        if text is None:
            return _reply("7", "template does not match")
        more = {"template": str(asked["TEMPLATEID"]), "params": params, "data_coding": asked.get("DATACODING")}
        self.ledger.accept(key, provider_id=f"vnpt-{self.ledger.calls}", address=phone, text=text, **more)
        return mishap_after(self, request, key, attempt, _reply("0", "success"))

    def _refusal(self, asked: dict[str, Any], key: str, attempt: int) -> web.Response | None:
        behaviour = self.behaviour
        if (asked.get("APIUSER"), asked.get("APIPASS")) != self.login:
            return _reply("1", "wrong user name or password")
        if behaviour.happens("throttle", behaviour.throttle, key, attempt):
            return web.Response(status=429, headers={"Retry-After": str(behaviour.retry_after)})
        if behaviour.happens("refuse", behaviour.refuse, key) or not str(asked.get("MOBILELIST")).isdecimal():
            return _reply("30", f"{asked.get('MOBILELIST')} is refused")
        return None

    def _text(self, template: str, params: Mapping[int, str]) -> str | None:
        """The text a phone shows; None for an unknown template or parameters that are not its own."""
        text = self.templates.get(template)
        if text is None or {int(place) for place in re.findall(r"\{(\d+)\}", text)} != set(params):
            return None
        return re.sub(r"\{(\d+)\}", lambda place: params[int(place.group(1))], text)


def _reply(code: str, words: str) -> web.Response:
    return web.json_response({"RPLY": {"name": "send_sms_list", "ERROR": code, "ERROR_DESC": words}})
