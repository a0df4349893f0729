"""A stand-in for Zalo's template messages by phone number: approved templates, a daily quota, receipts with our key."""

import asyncio
import time
from pathlib import Path
from typing import Any

from aiohttp import web

from lantoa.simulators.ledger import Entry
from lantoa.simulators.stage import mishap_after, mishap_before
from lantoa.simulators.zalo import ZaloSimulator

TEMPLATES = {"271001": {"customer_name": 30, "content": 200}}
"""Template number → its parameters and their longest values."""


class ZbsSimulator(ZaloSimulator):
    """The official account's stand-in, which takes template messages too: one token, one webhook."""

    def __init__(
        self,
        *,
        templates: dict[str, dict[str, int]] | None = None,
        daily_quota: int = 2000,
        ledger_path: Path | None = None,
        **wishes: Any,
    ) -> None:
        super().__init__(ledger_path=ledger_path, **wishes)
        self.templates = TEMPLATES if templates is None else templates
        self.daily_quota = self.remaining_quota = daily_quota
        self.money = True
        self.without_zalo: set[str] = set()
        self._sent = 0

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the account's addresses and the one for templates."""
        return [*super().routes(), web.post("/message/template", self._template)]

    async def _template(self, request: web.Request) -> web.Response:
        if not self.access_token or request.headers.get("access_token") != self.access_token:
            return _error(-124, "Access token invalid")
        try:
            body = await request.json()
            phone, template, key = str(body["phone"]), str(body["template_id"]), str(body["tracking_id"])
            values = {str(name): str(value) for name, value in body["template_data"].items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            return _error(-132, "Parameter invalid")
        attempt = self.ledger.attempt(key)
        if self.behaviour.slow_ms:
            await asyncio.sleep(self.behaviour.slow_ms / 1000)
        refusal = mishap_before(self, key, attempt) or self._no(key, attempt, phone, template, values)
        if refusal is not None:
            return refusal
        return mishap_after(self, request, key, attempt, self._yes(key, phone, template, values))

    def _yes(self, key: str, phone: str, template: str, values: dict[str, str]) -> web.Response:
        self._sent += 1
        self.remaining_quota -= 1
        text = "\n".join(values.values())
        known = self.ledger.entries.get(key)
        entry = self.ledger.accept(
            key, provider_id=f"zbs-{self._sent:012d}", address=phone, text=text, template=template, values=values
        )
        if known is None:
            self._tell(entry)
        quota = {"dailyQuota": str(self.daily_quota), "remainingQuota": str(self.remaining_quota)}
        data = {"msg_id": entry.provider_id, "sent_time": str(int(time.time() * 1000)), "quota": quota}
        return web.json_response({"error": 0, "message": "Success", "data": data})

    def _no(self, key: str, attempt: int, phone: str, template: str, values: dict[str, str]) -> web.Response | None:
        behaviour = self.behaviour
        if behaviour.happens("throttle", behaviour.throttle, key, attempt):
            return _error(-32, "Your application reached limit call api", retry_after=behaviour.retry_after)
        if not (phone.isdecimal() and phone.startswith("84") and len(phone) == 11):
            return _error(-108, "Phone number invalid")
        if template not in self.templates:
            return _error(-109, "Template ID invalid")
        if problem := _misfit(values, self.templates[template]):
            return problem
        if phone in self.without_zalo or behaviour.happens("refuse", behaviour.refuse, phone):
            return _error(-118, "Zalo account not existed")
        if not self.money:
            return _error(-115, "Out of quota")
        return _error(-144, "OA has exceeded the daily quota") if self.remaining_quota <= 0 else None

    def _tell(self, entry: Entry) -> None:
        behaviour = self.behaviour
        if behaviour.receipts and not behaviour.happens("undelivered", behaviour.undelivered, entry.key):
            told = {
                "msg_id": entry.provider_id,
                "tracking_id": entry.key,
                "delivery_time": str(int(time.time() * 1000)),
            }
            self.post_receipt({"event_name": "user_received_message", "message": told}, entry, "delivered")


def _misfit(values: dict[str, str], parameters: dict[str, int]) -> web.Response | None:
    if set(values) != set(parameters):
        return _error(-132, "Parameter invalid")
    if any(len(value) > parameters[name] for name, value in values.items()):
        return _error(-130, "Text is over maximum length")
    return None


def _error(code: int, message: str, **data: Any) -> web.Response:
    return web.json_response({"error": code, "message": message, **({"data": data} if data else {})})
