"""A stand-in for the Graph API of one Facebook Page: a feed, what was published, and signed webhooks."""

import asyncio
import hashlib
import hmac
import json
import time
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from lantoa.simulators.stage import Simulator, mishap_after, mishap_before

SAME_TEXT = "(#506) Duplicate status message"


class FacebookSimulator(Simulator):
    """One Page with its posts, the newest first.

    ``POST /_comment {post_id, user_id, text, photo}`` and ``/_message {user_id, text, files}`` make a person act: the
    signed webhook goes out at once and the answer tells its status (``photo`` in Base64, ``files`` a list of ``{type,
    content}``; what is sent lies at ``files_url``); ``verb`` and ``comment_id`` change or remove a comment. What the
    Page answers under a comment or in a message is told to the webhook as well, as the Page's own. ``closed`` refuses
    messages without the tag for people, ``rest`` is the wait in minutes that a refusal for too many calls names.
    ``POST /_handshake`` tries the webhook's GET. ``POST /_hide {n}``
    keeps the newest posts out of the list, as a list that lags behind does. ``error_code`` answers every post with that
    code; ``unreadable``: the token may not read what the Page has published.
    """

    name = "facebook"

    def __init__(
        self,
        *,
        page_id: str = "104710000000001",
        page_token: str = "demo-page-token",  # noqa: S107  (a stand-in's secret opens nothing)
        app_secret: str = "demo-app-secret",  # noqa: S107
        verify_token: str = "demo-verify-token",  # noqa: S107
        webhook_url: str = "",
        files_url: str = "https://scontent.xx.fbcdn.net/cdn",
        error_code: int = 0,
        closed: bool = False,
        unreadable: bool = False,
        rest: int = 0,
        ledger_path: Path | None = None,
        **wishes: Any,
    ) -> None:
        super().__init__(ledger_path=ledger_path, **wishes)
        self.page_id, self.page_token, self.app_secret = page_id, page_token, app_secret
        self.verify_token, self.webhook_url, self.error_code = verify_token, webhook_url, error_code
        self.closed, self.rest, self.unreadable = closed, rest, unreadable
        self.under: dict[str, list[dict[str, Any]]] = {}  # the comments of each comment, the newest first
        self.gone: set[str] = set()
        self.said: list[tuple[str, dict[str, Any]]] = []  # with whom, and what: the newest first
        self.posts: list[dict[str, Any]] = []
        self.files: list[bytes] = []
        self.files_url = files_url
        self.hidden = self._number = 0

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the API's addresses and the person's."""
        return [
            web.get(r"/{version:v\d+\.\d+}/me", self._me),
            web.post(r"/{version:v\d+\.\d+}/{page:\d+}/feed", self._feed),
            web.get(r"/{version:v\d+\.\d+}/{page:\d+}/published_posts", self._published),
            web.post(r"/{version:v\d+\.\d+}/{comment:\d+(?:_\d+)?}/comments", self._answer_comment),
            web.get(r"/{version:v\d+\.\d+}/{comment:\d+(?:_\d+)?}/comments", self._under),
            web.post(r"/{version:v\d+\.\d+}/{page:\d+}/messages", self._answer_message),
            web.get(r"/{version:v\d+\.\d+}/{page:\d+}/conversations", self._conversations),
            web.delete(r"/{version:v\d+\.\d+}/{post:\d+_\d+}", self._delete),
            web.get("/cdn/{number}", self._file),
            web.post("/_comment", self._comment),
            web.post("/_message", self._message),
            web.post("/_handshake", self._handshake),
            web.post("/_hide", self._hide),
        ]

    async def _feed(self, request: web.Request) -> web.Response:
        try:
            body = await request.json()
            text, link = str(body.get("message", "")), str(body.get("link", ""))
        except (ValueError, AttributeError):
            return _error(100, "Invalid parameter")
        key = hashlib.sha256(f"{text}\x1f{link}".encode()).hexdigest()[:20]
        attempt = self.ledger.attempt(key)
        if self.behaviour.slow_ms:
            await asyncio.sleep(self.behaviour.slow_ms / 1000)
        refusal = self._unfit(request, body) or mishap_before(self, key, attempt) or self._refusal(key, attempt, text)
        if refusal is not None:
            return refusal
        post = self._publish(text, link)
        self.ledger.accept(key, provider_id=post["id"], address=self.page_id, text=text, link=link)
        return mishap_after(self, request, key, attempt, web.json_response({"id": post["id"]}))

    def _publish(self, text: str, link: str) -> dict[str, Any]:
        self._number += 1
        attachments = {"data": [{"unshimmed_url": link}]} if link else {"data": []}
        post = {
            "id": f"{self.page_id}_{self._number:09d}",
            "message": text,
            "created_time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "attachments": attachments,
        }
        self.posts.insert(0, post)
        return post

    def _unfit(self, request: web.Request, given: Any) -> web.Response | None:
        proof = hmac.new(self.app_secret.encode(), self.page_token.encode(), hashlib.sha256).hexdigest()
        if given.get("access_token") != self.page_token:
            return _error(190, "Invalid OAuth access token.", status=401)
        if given.get("appsecret_proof", proof) != proof:
            return _error(100, "Invalid appsecret_proof provided in the API argument")
        if request.match_info.get("page", self.page_id) != self.page_id:
            return _error(200, "(#200) The user hasn't authorized the application", status=403)
        return None

    def _refusal(self, key: str, attempt: int, text: str) -> web.Response | None:
        behaviour = self.behaviour
        if self.error_code:
            return _error(self.error_code, "as told", status=403 if self.error_code in (200, 368) else 400)
        if behaviour.happens("throttle", behaviour.throttle, key, attempt):
            return self._too_many() if self.rest else _error(32, "(#32) Page request limit reached", status=403)
        if not text:
            return _error(100, "(#100) Missing message or attachment")
        if behaviour.happens("refuse", behaviour.refuse, key):
            return _error(100, "(#100) The parameter is not valid")
        if any(post["message"] == text for post in self.posts):
            self.ledger.recognise(key)
            return _error(506, SAME_TEXT)
        return None

    async def _me(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.behaviour.slow_ms / 1000)
        return self._unfit(request, request.query) or web.json_response({"id": self.page_id})

    async def _published(self, request: web.Request) -> web.Response:
        refusal = self._unfit(request, request.query)
        if refusal is not None:
            return refusal
        key, attempt = "list", self.ledger.attempt("list")
        mishap = mishap_before(self, key, attempt)
        if mishap is None and self.unreadable:
            mishap = _error(10, "(#10) This endpoint requires the 'pages_read_engagement' permission", status=403)
        if mishap is not None:
            return mishap
        listed = self.posts[self.hidden :][: int(request.query.get("limit", "25"))]
        return web.json_response({"data": listed}, dumps=lambda value: json.dumps(value, ensure_ascii=True))

    async def _delete(self, request: web.Request) -> web.Response:
        refusal = self._unfit(request, request.query)
        if refusal is not None:
            return refusal
        left = [post for post in self.posts if post["id"] != request.match_info["post"]]
        if len(left) == len(self.posts):
            return _error(100, "Unsupported delete request: object does not exist")
        self.posts = left
        return web.json_response({"success": True})

    # how people are answered

    async def _answer_comment(self, request: web.Request) -> web.Response:
        comment, body = request.match_info["comment"], await _given(request)
        text = str(body.get("message", ""))

        def take() -> tuple[str, dict[str, Any]]:
            made = self._word(f"{comment.rpartition('_')[2]}_{self._number}", text)
            self.under.setdefault(comment, []).insert(0, made)
            value = {"from": made["from"], "item": "comment", "verb": "add", "comment_id": made["id"], "message": text}
            return made["id"], {"changes": [{"field": "feed", "value": value}]}

        missing = _error(100, "Object does not exist") if comment in self.gone else None
        return await self._answer(request, body, missing, take, name="id", address=comment, text=text)

    async def _answer_message(self, request: web.Request) -> web.Response:
        body = await _given(request)
        person, text = str(body.get("recipient", {}).get("id", "")), str(body.get("message", {}).get("text", ""))

        def take() -> tuple[str, dict[str, Any]]:
            made = self._word(f"m_{self._number}", text)
            self.said.insert(0, (person, made))
            message = {"mid": made["id"], "text": text, "is_echo": True}
            return made["id"], {"messaging": [{"sender": {"id": self.page_id}, "message": message}]}

        late = self.closed and body.get("tag") != "HUMAN_AGENT"
        refusal = _error(10, "This message is sent outside of allowed window.", subcode=2018278) if late else None
        return await self._answer(request, body, refusal, take, name="message_id", address=person, text=text)

    async def _answer(
        self, request: web.Request, body: dict[str, Any], refusal: web.Response | None,
        take: Callable[[], tuple[str, dict[str, Any]]], *, name: str, address: str, text: str,
    ) -> web.Response:  # fmt: skip
        """Take an answer, tell the webhook what the Page said, as the platform does, and only then say so."""
        key, behaviour = f"{address}:{text}", self.behaviour
        attempt = self.ledger.attempt(key)
        refusal = self._unfit(request, body) or mishap_before(self, key, attempt) or refusal
        if refusal is None and behaviour.happens("throttle", behaviour.throttle, key, attempt):
            refusal = self._too_many()
        if refusal is None and self.error_code:
            refusal = _error(self.error_code, "as told")
        if refusal is not None:
            return refusal
        self._number += 1
        number, event = take()
        self.ledger.accept(key, provider_id=number, address=address, text=text)
        if self.webhook_url:
            await self._tell({"id": self.page_id, "time": int(time.time()), **event})
        return mishap_after(self, request, key, attempt, web.json_response({name: number}))

    async def _under(self, request: web.Request) -> web.Response:
        refusal = self._unfit(request, request.query)
        return refusal or web.json_response({"data": self.under.get(request.match_info["comment"], [])})

    async def _conversations(self, request: web.Request) -> web.Response:
        refusal = self._unfit(request, request.query)
        with_them = [made for person, made in self.said if person == request.query.get("user_id")]
        return refusal or web.json_response({"data": [{"id": "t_1", "messages": {"data": with_them}}]})

    def _word(self, number: str, text: str) -> dict[str, Any]:
        born = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
        return {"id": number, "message": text, "from": {"id": self.page_id}, "created_time": born}

    def _too_many(self) -> web.Response:
        answer = _error(80001, "There have been too many calls to this Page account.")
        limit = {"type": "pages", "call_count": 100, "estimated_time_to_regain_access": self.rest}
        answer.headers["X-Business-Use-Case-Usage"] = json.dumps({self.page_id: [limit]})
        return answer

    async def _hide(self, request: web.Request) -> web.Response:
        self.hidden = int((await request.json()).get("n", 0))
        return web.json_response({"hidden": self.hidden})

    # what people do

    def signed(self, event: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        """Return an event as the platform would send it: body and headers."""
        body = json.dumps({"object": "page", "entry": [event]}, ensure_ascii=True).encode()
        mac = hmac.new(self.app_secret.encode(), body, hashlib.sha256).hexdigest()
        return body, {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={mac}"}

    async def _comment(self, request: web.Request) -> web.Response:
        wish, now = await request.json(), int(time.time())
        self._number += 1
        post = str(wish.get("post_id") or f"{self.page_id}_1")
        value = {
            "from": {"id": str(wish["user_id"]), "name": "Người dân"}, "post_id": post, "item": "comment",
            "verb": str(wish.get("verb", "add")),
            "comment_id": str(wish.get("comment_id") or f"{post.rpartition('_')[2]}_{self._number}"),
            "message": str(wish.get("text", "")), "created_time": now,
        }  # fmt: skip
        if wish.get("photo"):
            value["photo"] = self.keep(b64decode(wish["photo"]))
        if value["verb"] == "remove":
            self.gone.add(str(value["comment_id"]))
        return await self._tell({"id": self.page_id, "time": now, "changes": [{"field": "feed", "value": value}]})

    async def _message(self, request: web.Request) -> web.Response:
        wish, now = await request.json(), int(time.time() * 1000)
        self._number += 1
        message = {"mid": str(wish.get("mid") or f"m_{self._number}"), **self._said(wish)}
        one = {"sender": {"id": str(wish["user_id"])}, "recipient": {"id": self.page_id}, "timestamp": now}
        return await self._tell({"id": self.page_id, "time": now, "messaging": [{**one, "message": message}]})

    def _said(self, wish: dict[str, Any]) -> dict[str, Any]:
        """What a message holds: a text, files, or both; without words there is no ``text`` at all."""
        text = {"text": str(wish["text"])} if wish.get("text") else {}
        files = [
            {"type": str(one.get("type", "image")), "payload": {"url": self.keep(b64decode(one["content"]))}}
            for one in wish.get("files", [])
        ]
        return {**text, **({"attachments": files} if files else {})}

    def keep(self, content: bytes) -> str:
        """Keep a file as the platform's servers do, and return its address."""
        self.files.append(content)
        return f"{self.files_url}/{len(self.files)}?oh=00_a&oe=1"

    async def _file(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        if not (number.isdecimal() and 0 < int(number) <= len(self.files)):
            raise web.HTTPNotFound
        return web.Response(body=self.files[int(number) - 1], content_type="application/octet-stream")

    async def _tell(self, event: dict[str, Any]) -> web.Response:
        body, headers = self.signed(event)
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http,
            http.post(self.webhook_url, data=body, headers=headers) as reply,
        ):
            return web.json_response({"webhook_status": reply.status})

    async def _handshake(self, request: web.Request) -> web.Response:
        asked = {"hub.mode": "subscribe", "hub.verify_token": self.verify_token, "hub.challenge": "1158201444"}
        async with aiohttp.ClientSession() as http, http.get(self.webhook_url, params=asked) as reply:
            return web.json_response({"webhook_status": reply.status, "challenge": await reply.text()})


async def _given(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _error(code: int, message: str, *, status: int = 400, subcode: int = 0) -> web.Response:
    error: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "simulated"}
    if subcode:
        error["error_subcode"] = subcode
    return web.json_response({"error": error}, status=status)
