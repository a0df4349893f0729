"""A stand-in for browsers and their push service (RFC 8030): it checks our proof and really opens what it is sent."""

import asyncio
import base64
import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import http_ece
from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lantoa.simulators.stage import Simulator, mishap_after, mishap_before

LARGEST = 4096


@dataclass(slots=True)
class Browser:
    """One browser: its keys, the application key it subscribed with, and what it has been shown."""

    name: str
    key: ec.EllipticCurvePrivateKey
    auth: bytes
    application_key: str = ""
    gone: bool = False
    shown: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


class PushSimulator(Simulator):
    """A push service and the browsers behind it.

    ``POST /_subscribe {name?, application_key?}`` makes a browser and returns its subscription; ``GET /_shown/<name>``
    lists the payloads it could read; ``POST /_leave {name}`` turns its notifications off.
    """

    name = "webpush"

    def __init__(self, *, ledger_path: Path | None = None, **wishes: Any) -> None:
        super().__init__(ledger_path=ledger_path, **wishes)
        self.browsers: dict[str, Browser] = {}

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the push service's address and the browsers'."""
        return [
            web.post("/push/{name}", self._push),
            web.post("/_subscribe", self._subscribe),
            web.get("/_shown/{name}", self._show),
            web.post("/_leave", self._leave),
        ]

    def subscribe(self, name: str = "", application_key: str = "") -> dict[str, Any]:
        """Make a browser and return its subscription, as ``PushSubscription.toJSON`` gives it."""
        name = name or f"trinh-duyet-{len(self.browsers) + 1}"
        browser = Browser(name, ec.generate_private_key(ec.SECP256R1()), os.urandom(16), application_key)
        self.browsers[name] = browser
        point = browser.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": _encoded(point), "auth": _encoded(browser.auth)}
        return {"endpoint": f"{self.url}/push/{name}", "expirationTime": None, "keys": keys}

    async def _push(self, request: web.Request) -> web.Response:
        browser = self.browsers.get(request.match_info["name"])
        if browser is None:
            return web.Response(status=404)
        body, topic = await request.read(), request.headers.get("Topic", "")
        key = f"{browser.name}:{topic}"
        attempt = self.ledger.attempt(key)
        if self.behaviour.slow_ms:
            await asyncio.sleep(self.behaviour.slow_ms / 1000)
        refusal = mishap_before(self, key, attempt) or self._refusal(request, browser, key, attempt, body)
        if refusal is not None:
            return refusal
        payload = self._opened(browser, body)
        if payload is None:
            return web.Response(status=400, text="unreadable")
        # What bears the same tag stands in the place of what was shown before.
        browser.shown = [*(one for one in browser.shown if one.get("tag") != payload.get("tag")), payload]
        browser.headers.append({name: request.headers[name] for name in ("TTL", "Urgency", "Topic")})
        text = str(payload.get("body", ""))
        self.ledger.accept(key, provider_id=topic, address=browser.name, text=text, payload=payload)
        location = f"{self.url}/message/{len(browser.headers)}"
        return mishap_after(self, request, key, attempt, web.Response(status=201, headers={"Location": location}))

    def _refusal(
        self, request: web.Request, browser: Browser, key: str, attempt: int, body: bytes
    ) -> web.Response | None:
        behaviour = self.behaviour
        if not _proven(request.headers.get("Authorization", ""), self.url, browser.application_key):
            return web.Response(status=403, text="unauthorized registration")
        if behaviour.happens("throttle", behaviour.throttle, key, attempt):
            return web.Response(status=429, headers={"Retry-After": str(behaviour.retry_after)})
        if browser.gone or behaviour.happens("refuse", behaviour.refuse, browser.name):
            return web.Response(status=410)
        if not request.headers.get("TTL", "").isdecimal() or request.headers.get("Content-Encoding") != "aes128gcm":
            return web.Response(status=400)
        return web.Response(status=413) if len(body) > LARGEST else None

    def _opened(self, browser: Browser, body: bytes) -> dict[str, Any] | None:
        try:
            plain = http_ece.decrypt(body, private_key=browser.key, auth_secret=browser.auth, version="aes128gcm")
            payload = json.loads(plain)
        except (http_ece.ECEException, ValueError):
            return None
        return payload if isinstance(payload, dict) else None

    async def _subscribe(self, request: web.Request) -> web.Response:
        wish = await request.json()
        return web.json_response(self.subscribe(str(wish.get("name", "")), str(wish.get("application_key", ""))))

    async def _show(self, request: web.Request) -> web.Response:
        browser = self.browsers.get(request.match_info["name"])
        return web.json_response(browser.shown if browser else [], status=200 if browser else 404)

    async def _leave(self, request: web.Request) -> web.Response:
        browser = self.browsers[str((await request.json())["name"])]
        browser.gone = True
        return web.json_response({"gone": True})


def _proven(authorization: str, origin: str, application_key: str) -> bool:
    """Check a VAPID proof (RFC 8292): the key's signature, for this service, for at most a day, naming a contact."""
    try:
        scheme, _space, rest = authorization.partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        head, told, mark = parts["t"].split(".")
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(parts["k"]))
        raw = _decoded(mark)
        signature = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        key.verify(signature, f"{head}.{told}".encode(), ec.ECDSA(hashes.SHA256()))
        header, claims = json.loads(_decoded(head)), json.loads(_decoded(told))
        soon = 0 < int(claims["exp"]) - time.time() <= 24 * 3600
        known = not application_key or application_key == parts["k"]
        named = str(claims["sub"]).startswith(("mailto:", "https:"))
        ours = urlsplit(claims["aud"]).geturl() == origin
        return scheme == "vapid" and header["alg"] == "ES256" and len(raw) == 64 and soon and known and named and ours
    except (ValueError, KeyError, TypeError, InvalidSignature):
        return False


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
