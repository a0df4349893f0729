"""One article, then one call that brings it to followers by place.

The approved text becomes an article (``POST /v2.0/article/create`` → token, ``/v2.0/article/verify`` → id; −214: not
ready yet) and the article is broadcast (``POST /v2.0/oa/message`` with ``recipient.target`` and the article as
attachment). An article alone reaches nobody, so its making may be repeated; the broadcast may not. Sources: the
official Java SDK's sample for the broadcast; several open clients, which agree, for the articles. All paths are
settings: code −240 says that "V2" was closed, and no source says whether this call is meant.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import Accepted, AccountProblem, Rejected, Retry, Settings, TokenKeeper, Unknown, explain
from lantoa.channels.deriving import whole_sentences
from lantoa.channels.http1 import HttpPool
from lantoa.channels.placing import Placer, Placing, PublicCapability
from lantoa.channels.wire import get_json, post_json
from lantoa.channels.zalo.errors import TOKEN_DEAD, problem_of
from lantoa.channels.zalo.transport import DEFAULT_API

from .capability import CAPABILITY, TITLE

SEND, CREATE, VERIFY = "/v2.0/oa/message", "/v2.0/article/create", "/v2.0/article/verify"
ABOUT = "/v2.0/oa/getoa"
DESCRIPTION = 300
NOT_READY = "-214"
LOOKS = 3
"""How often an article's id is asked for before the placing is put off."""


class ZaloBroadcastPlacer(Placer):
    """Broadcasts for one official account."""

    capability: ClassVar[PublicCapability] = CAPABILITY

    def __init__(self, settings: Settings, keeper: TokenKeeper) -> None:
        self._settings, self._keeper = settings, keeper
        self._base = str(settings.get("api_url") or DEFAULT_API).rstrip("/")
        self._timeout = float(settings.get("timeout") or 30)
        self._pause = float(settings.get("look_every") or 4)
        self._articles: dict[str, str] = {}  # key → token of the article made for it: a retry makes no second one
        self._http: HttpPool | None = None

    async def open(self) -> None:
        """Make the connection pool."""
        self._http = self._http or HttpPool(connections=2, timeout=self._timeout)

    async def close(self) -> None:
        """Close the connection pool."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def place(self, placing: Placing) -> Accepted:
        """Make the article, broadcast it. Accepted, not delivered: the provider looks at it first."""
        if len(placing.title) > TITLE:
            raise Rejected(_("the title is longer than Zalo takes"))
        article = await self._article(placing)
        element = {"media_type": "article", "attachment_id": article}
        payload = {"template_type": "media", "elements": [element]}
        body = {
            "recipient": {"target": _target(placing)},
            "message": {"attachment": {"type": "template", "payload": payload}},
        }
        data = await self._call("send_path", SEND, body)
        self._articles.pop(placing.key, None)
        return Accepted(provider_id=str(data.get("message_id") or data.get("msg_id") or ""))

    async def try_out(self, typed: str) -> None:
        """Ask Zalo about the official account (getoa): it answers only a good token."""
        about = await self._call("about_path", ABOUT)
        if not (about.get("oa_id") or about.get("name")):
            raise Unknown(_("the answer cannot be read"))

    async def _article(self, placing: Placing) -> str:
        """The id of the article that says this; raises Retry where it is not known: nothing was sent to anybody."""
        try:
            if placing.key not in self._articles:
                made = await self._call("create_path", CREATE, self._written(placing))
                self._articles[placing.key] = str(made.get("token") or "")
            found = await self._verified(self._articles[placing.key])
        except Unknown as problem:
            raise Retry(
                explain(_("the article is not ready yet; nothing was sent"), detail=problem.reason)
            ) from problem
        return found

    async def _verified(self, token: str) -> str:
        for look in range(LOOKS):
            if look:
                await asyncio.sleep(self._pause)
            data = await self._call("verify_path", VERIFY, {"token": token}, patient=True)
            article = str(data.get("id") or data.get("article_id") or "")
            if article:
                return article
        raise Retry(_("the article is not ready yet; nothing was sent"), after=timedelta(minutes=1))

    def _written(self, placing: Placing) -> dict[str, Any]:
        paragraphs = [part.strip() for part in placing.text.split("\n\n") if part.strip()]
        more = [placing.link] if placing.link else []
        return {
            "type": "normal",
            "title": placing.title,
            "author": str(self._settings.get("author") or placing.source)[:50],
            "cover": {"cover_type": "photo", "photo_url": str(self._settings.get("cover_url", "")), "status": "show"},
            "description": whole_sentences(" ".join(placing.text.split()), DESCRIPTION),
            "body": [{"type": "text", "content": part} for part in (*paragraphs, *more)],
            "status": str(self._settings.get("article_status") or "show"),
            "comment": str(self._settings.get("comment") or "hide"),
        }

    async def _call(
        self, setting: str, usual: str, body: Mapping[str, Any] | None = None, *, patient: bool = False
    ) -> dict[str, Any]:
        """The answer's data, {} for `patient` ones that are not ready; a refused token is renewed once. GET without a
        body."""
        token = await self._keeper.current()
        url = self._base + str(self._settings.get(setting) or usual)
        reply = await self._post(url, token, body)
        if _code(reply) in TOKEN_DEAD:
            reply = await self._post(url, await self._keeper.renewed(token), body)
        code, data = _code(reply), reply.get("data")
        found: dict[str, Any] = data if isinstance(data, dict) else {}
        if patient and code == NOT_READY:
            return {}
        if code != "0":
            raise problem_of(code, self.now(), str(found.get("retry_after", "")))
        return found

    async def _post(self, url: str, token: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        if self._http is None:
            raise RuntimeError("open the placer first")
        if not token:
            raise AccountProblem(_("there is no access token"))
        if body is None:
            return await get_json(self._http, url, {"access_token": token})
        return await post_json(self._http, url, body, {"access_token": token})


def _target(placing: Placing) -> dict[str, str]:
    """Whom: the places the outlet names, else everybody ("0" is every gender, which says it without naming places)."""
    cities = ",".join(part.strip() for part in str(placing.place.settings.get("cities", "")).split(",") if part.strip())
    return {"cities": cities} if cities else {"gender": "0"}


def _code(reply: dict[str, Any]) -> str:
    return str(reply.get("error", ""))
