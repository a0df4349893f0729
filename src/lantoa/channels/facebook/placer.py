"""One post on one Page: ``POST /{version}/{page_id}/feed``; in doubt, ``GET …/published_posts`` tells.

A post is ours when its link carries our key, which no other post does; where there is no link, when its text is the
same and it is young (setting ``match_hours``). Scheduling stays with us: a post handed to the provider for later could
not be called back by a withdrawn approval.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import Accepted, AccountProblem, Rejected, Retry, Secrets, Settings, Unknown, explain
from lantoa.channels.http1 import Answer, HttpPool, NeverLeft, NoAnswer
from lantoa.channels.placing import Placer, Placing, PublicCapability
from lantoa.channels.wire import ask, encoded

from .capability import CAPABILITY
from .graph import DEFAULT_HOST, DEFAULT_VERSION, Duplicate, object_or_problem

MARK = "lt"
"""The query parameter of our link that carries the placing's key."""
LISTED = 25
LONGEST_LIST = 4 * 1024 * 1024
"""Bytes of a list of posts: every accented letter may come as six."""


def _now() -> datetime:
    return datetime.now(UTC)


class FacebookPlacer(Placer):
    """Posts on one Page."""

    capability: ClassVar[PublicCapability] = CAPABILITY

    def __init__(self, settings: Settings, secrets: Secrets, now: Callable[[], datetime] = _now) -> None:
        host = str(settings.get("api_url") or DEFAULT_HOST).rstrip("/")
        self._api = f"{host}/{settings.get('version') or DEFAULT_VERSION}"
        self._page = str(settings.get("page_id", ""))
        self._same = timedelta(hours=int(settings.get("match_hours") or 72))
        self._timeout = float(settings.get("timeout") or 30)
        self._access = _access(secrets)
        self._now = now
        self._http: HttpPool | None = None

    async def open(self) -> None:
        """Make the connection pool."""
        self._http = self._http or HttpPool(connections=4, timeout=self._timeout, max_reply=LONGEST_LIST)

    async def close(self) -> None:
        """Close the connection pool."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def place(self, placing: Placing) -> Accepted:
        """Post it; a post that the Page already has is looked for before it counts as refused."""
        body = {**self._credentials(), "message": placing.text}
        if placing.link:
            body["link"] = marked(placing.link, placing.key)
        try:
            found = object_or_problem(await ask(self._pool(), f"{self._api}/{self._page}/feed", encoded(body)))
        except Duplicate as duplicate:
            there = await self.resolve(placing, "")
            if there is not None:
                return there
            if placing.attempt > 1:  # an earlier attempt of ours may be what it repeats
                raise Unknown(duplicate.reason) from duplicate
            raise Rejected(duplicate.reason) from duplicate
        if not isinstance(found.get("id"), str) or not found["id"]:
            raise Unknown(_("the answer cannot be read"))
        return Accepted(provider_id=found["id"], delivered=True)

    async def resolve(self, placing: Placing, provider_id: str) -> Accepted | None:
        """Look among the Page's newest posts; None when ours is not there."""
        fields = {"fields": "id,message,created_time,attachments{unshimmed_url}", "limit": str(LISTED)}
        query = urlencode({**fields, **self._credentials()})
        answer = await self._ask(b"GET", f"{self._api}/{self._page}/published_posts?{query}")
        posts = object_or_problem(answer).get("data")
        if not isinstance(posts, list):
            raise Unknown(_("the answer cannot be read"))
        for one in posts:
            if isinstance(one, dict) and isinstance(one.get("id"), str) and self._is_ours(one, placing):
                return Accepted(provider_id=one["id"], delivered=True)
        return None

    async def withdraw(self, placing: Placing, provider_id: str) -> None:
        """Delete the post."""
        if not provider_id.replace("_", "").isdecimal():
            raise Rejected(_("the post cannot be named"))
        query = urlencode(self._credentials())
        object_or_problem(await self._ask(b"DELETE", f"{self._api}/{provider_id}?{query}"))

    def _is_ours(self, one: Mapping[str, Any], placing: Placing) -> bool:
        marks = _marks(one)
        if marks:
            return placing.key in marks
        if _plain(one.get("message")) != _plain(placing.text):
            return False
        born = _moment(one.get("created_time"))
        return born is None or self._now() - born <= self._same

    async def _ask(self, method: bytes, url: str) -> Answer:
        try:
            return await self._pool().call(method, url, b"")
        except NeverLeft as error:
            raise Retry(explain(_("no connection"), detail=str(error))) from error
        except NoAnswer as error:
            raise Unknown(explain(_("no answer"), detail=str(error))) from error

    def _credentials(self) -> dict[str, str]:
        if not (self._access and self._page):
            raise AccountProblem(_("there is no access token"))
        return self._access

    def _pool(self) -> HttpPool:
        if self._http is None:
            raise RuntimeError("open the placer first")
        return self._http


def _access(secrets: Secrets) -> dict[str, str]:
    """The token, and the proof that we hold the app's secret, which an app may demand ("Require App Secret")."""
    token, secret = secrets.get("page_token", ""), secrets.get("app_secret", "")
    if not token:
        return {}
    proof = hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest() if secret else ""
    return {"access_token": token} | ({"appsecret_proof": proof} if proof else {})


def marked(link: str, key: str) -> str:
    """Return the link with our key in it: it leads to the same page."""
    parts = urlsplit(link)
    query = f"{parts.query}&{MARK}={key}" if parts.query else f"{MARK}={key}"
    return urlunsplit(parts._replace(query=query))


def _marks(one: Mapping[str, Any]) -> set[str]:
    """The keys of ours that a post's links carry."""
    attachments = one.get("attachments")
    listed = attachments.get("data") if isinstance(attachments, dict) else None
    urls = [part.get("unshimmed_url") for part in listed if isinstance(part, dict)] if isinstance(listed, list) else []
    found: set[str] = set()
    for url in urls:
        try:
            found.update(parse_qs(urlsplit(url).query).get(MARK, ()) if isinstance(url, str) else ())
        except ValueError:  # not an address
            continue
    return found


def _plain(text: object) -> str:
    return " ".join(text.split()) if isinstance(text, str) else ""


def _moment(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
