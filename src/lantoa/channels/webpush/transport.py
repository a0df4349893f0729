"""One notification to one browser: an encrypted POST to the address its push service gave it (RFC 8030).

aiohttp carries it: our thin sender keeps connections to one provider, and here every person brings an address of their
own. ``Topic`` and the notification's tag come from the delivery's key, so a repeat replaces and never doubles.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import ClassVar

import aiohttp
from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    Capability,
    Outgoing,
    Rejected,
    Retry,
    Secrets,
    SendProblem,
    Settings,
    Throttled,
    Transport,
    Unknown,
    explain,
)
from lantoa.channels.wire import problem_of as http_problem

from .capability import CAPABILITY
from .keys import LARGEST, Prover, sealed
from .subscription import NotASubscriptionError, PushSubscription, allowed, encoded, hosts_of, parse

TTL = 24 * 3600
"""Seconds a push service keeps a message for a browser that is away, unless the account says otherwise."""
URGENCIES = ("very-low", "low", "normal", "high")

_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    retry_after: str
    located: bool

    @property
    def taken(self) -> bool:
        """RFC 8030, section 5: 201 with the message's place, or 202; anything else that sounds well may be a wall."""
        return self.status in (201, 202) or (self.status // 100 == 2 and self.located)


def _now() -> datetime:
    return datetime.now(UTC)


class WebPushTransport(Transport):
    """Sends to browsers, whatever their push service."""

    capability: ClassVar[Capability] = CAPABILITY

    def __init__(self, settings: Settings, secrets: Secrets, now: Callable[[], datetime] = _now) -> None:
        self._base = str(settings.get("base_url") or "").rstrip("/")
        self._hosts = hosts_of(settings.get("hosts"))
        self._connections = int(settings.get("connections") or CAPABILITY.concurrency)
        self._timeout = float(settings.get("timeout") or 30)
        urgency = str(settings.get("urgency") or "normal")
        self._fixed = {
            "TTL": str(int(settings.get("ttl") or TTL)),
            "Urgency": urgency if urgency in URGENCIES else "normal",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
        }
        self._now = now
        self._http: aiohttp.ClientSession | None = None
        try:
            self._prover = Prover(secrets.get("vapid_private", ""), str(settings.get("contact") or ""), now)
        except ValueError as error:
            raise AccountProblem(_("the account has no key pair; save it again")) from error

    async def open(self) -> None:
        """Make the session."""
        if self._http is None:
            self._http = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                timeout=aiohttp.ClientTimeout(total=self._timeout, connect=min(self._timeout, 10)),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": "LanToa"},
            )

    async def close(self) -> None:
        """Close the session."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def send(self, message: Outgoing) -> Accepted:
        """Encrypt and post one notification."""
        browser, body = self._ready(message)
        topic = topic_of(message.key)
        headers = {**self._fixed, "Topic": topic, "Authorization": self._prover.header(browser.origin)}
        answer = await self._post(browser.endpoint, body, headers)
        if answer.taken:
            return Accepted(provider_id=topic)
        raise problem_of(answer.status, answer.retry_after, self._now())

    def _ready(self, message: Outgoing) -> tuple[PushSubscription, bytes]:
        try:
            browser = parse(message.address)
        except NotASubscriptionError as error:
            raise Rejected(_("this is no browser's subscription"), suppress=True) from error
        if not allowed(browser.endpoint, self._hosts):
            raise Rejected(explain(_("this push service is not on the account's list"), detail=browser.host))
        payload = payload_of(message, self._base)
        if len(payload) > LARGEST:
            raise Rejected(_("the text is too long"))
        return browser, sealed(payload, browser)

    async def _post(self, endpoint: str, body: bytes, headers: dict[str, str]) -> "_Answer":
        if self._http is None:
            raise RuntimeError("open the transport first")
        try:
            async with self._http.post(endpoint, data=body, headers=headers, allow_redirects=False) as reply:
                told = reply.headers
                return _Answer(reply.status, told.get("Retry-After", ""), "Location" in told)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise Retry(explain(_("no connection"), detail=type(error).__name__)) from error
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Unknown(explain(_("no answer"), detail=type(error).__name__)) from error


def payload_of(message: Outgoing, base: str) -> bytes:
    """Return what the service worker reads: title, body, the tag that replaces, and the first link of ours to open."""
    own = (found.rstrip(".,;:!?)") for found in _ADDRESS.findall(message.text))
    url = next((link for link in own if base and link.startswith(f"{base}/")), f"{base}/")
    told = {
        "title": message.subject,
        "body": message.text,
        "tag": topic_of(message.key),
        "url": url,
        "lang": message.language,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def topic_of(key: str) -> str:
    """Return the topic of a delivery: 32 characters of base64url, as long as RFC 8030 (section 5.4) allows."""
    return encoded(hashlib.sha256(key.encode()).digest()[:24])


def problem_of(status: int, retry_after: str, now: datetime) -> SendProblem:
    """Return what a push service's refusal means for one message (RFC 8030, sections 5, 7.3; RFC 8292, section 4.2)."""
    code = f"HTTP {status}"
    if status // 100 == 2:
        return Unknown(explain(_("no clear answer"), code=code))
    if status in (404, 410):
        return Rejected(explain(_("the person turned notifications off in this browser"), code=code), suppress=True)
    if status == 403:  # of this subscription: it was made with another key of ours
        return Rejected(explain(_("the push service does not know us for this browser"), code=code))
    if status == 413:
        return Rejected(explain(_("the text is too long"), code=code))
    if status == 429:
        return Throttled(explain(_("too many messages at once"), code=code), after=_wait(retry_after, now))
    return http_problem(status, retry_after)


def _wait(retry_after: str, now: datetime) -> timedelta | None:
    """Seconds or a date (RFC 9110, section 10.2.3); at most a day."""
    if retry_after.isdecimal() and len(retry_after) < 9:
        return min(timedelta(seconds=int(retry_after)), timedelta(days=1))
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    left = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    return min(max(left, timedelta(seconds=1)), timedelta(days=1))
