"""A stand-in for what the Zalo platform offers an official account beyond single messages: articles, and broadcasts."""

import asyncio
import hashlib
from typing import Any

from aiohttp import web

from lantoa.simulators.stage import mishap_after, mishap_before
from lantoa.simulators.zalo import ZaloSimulator


class ZaloBroadcastSimulator(ZaloSimulator):
    """Keeps articles and what was broadcast to whom.

    ``not_ready``: how often an article's id is withheld (−214); ``closed``: the broadcast call answers −240;
    ``unpaid``: the account answers −224 about itself.
    """

    def __init__(self, *, not_ready: int = 0, closed: bool = False, unpaid: bool = False, **wishes: Any) -> None:
        super().__init__(**wishes)
        self.not_ready, self.closed, self.unpaid = not_ready, closed, unpaid
        self.articles: dict[str, dict[str, Any]] = {}
        self.broadcasts: list[dict[str, Any]] = []

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the single messages' addresses and these."""
        return [
            *super().routes(),
            web.post("/v2.0/article/create", self._create),
            web.post("/v2.0/article/verify", self._verify),
            web.post("/v2.0/oa/message", self._broadcast),
            web.get("/v2.0/oa/getoa", self._about),
        ]

    def _stranger(self, request: web.Request) -> web.Response | None:
        if not self.access_token or request.headers.get("access_token") != self.access_token:
            return _error(-216, "Access token is invalid")
        return None

    async def _about(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.behaviour.slow_ms / 1000)
        if refused := self._stranger(request):
            return refused
        if self.unpaid:
            return _error(-224, "OA must be upgraded")
        return web.json_response({"error": 0, "message": "Success", "data": {"oa_id": self.oa_id, "name": "OA"}})

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        cover = body.get("cover") or {}
        if refused := self._stranger(request):
            return refused
        if len(body.get("title", "")) > 150 or len(body.get("description", "")) > 300 or not body.get("body"):
            return _error(-201, "Params is invalid")
        if cover.get("cover_type") != "photo" or not cover.get("photo_url"):
            return _error(-201, "Cover is invalid")
        token = f"token-{len(self.articles) + 1:04d}"
        self.articles[token] = body
        return web.json_response({"error": 0, "message": "Success", "data": {"token": token}})

    async def _verify(self, request: web.Request) -> web.Response:
        token = str((await request.json()).get("token", ""))
        if refused := self._stranger(request):
            return refused
        if token not in self.articles:
            return _error(-201, "Token is invalid")
        if self.not_ready > 0:
            self.not_ready -= 1
            return _error(-214, "Article is processing")
        return web.json_response({"error": 0, "message": "Success", "data": {"id": token.replace("token", "article")}})

    async def _broadcast(self, request: web.Request) -> web.Response:
        body = await request.json()
        if refused := self._stranger(request):
            return refused
        try:
            target = body["recipient"]["target"]
            article = str(body["message"]["attachment"]["payload"]["elements"][0]["attachment_id"])
        except (KeyError, TypeError, IndexError):
            return _error(-201, "Params is invalid")
        said = self.articles.get(article.replace("article", "token"))
        if said is None:
            return _error(-201, "Attachment is invalid")
        key = hashlib.sha256(f"{said['title']}\x1f{target}".encode()).hexdigest()[:20]
        attempt, behaviour = self.ledger.attempt(key), self.behaviour
        if mishap := mishap_before(self, key, attempt):
            return mishap
        if self.closed:
            return _error(-240, "Message API V2 has been shut down")
        if behaviour.happens("throttle", behaviour.throttle, key, attempt):
            return _error(-32, "Your application reached limit call api", retry_after=behaviour.retry_after)
        if behaviour.happens("refuse", behaviour.refuse, key):
            return _error(-201, "Target is invalid")
        self.broadcasts.append(body)
        number = f"broadcast-{len(self.broadcasts):06d}"
        self.ledger.accept(key, provider_id=number, address=str(target), text=said["title"])
        answer = web.json_response({"error": 0, "message": "Success", "data": {"message_id": number}})
        return mishap_after(self, request, key, attempt, answer)


def _error(code: int, message: str, **data: Any) -> web.Response:
    return web.json_response({"error": code, "message": message, **({"data": data} if data else {})})
