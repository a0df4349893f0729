"""One post on one Page: ``POST /{version}/{page_id}/feed``; in doubt, ``GET …/published_posts`` tells.

A post is ours when its link carries our key, which no other post does; where there is no link, when its text is the
same and it is young (setting ``match_hours``). Scheduling stays with us: a post handed to the provider for later could
not be called back by a withdrawn approval.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit, urlunsplit

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import Accepted, AccountProblem, Rejected, Secrets, Settings, Unknown
from lantoa.channels.placing import Placer, Placing, PublicCapability

from .capability import CAPABILITY
from .graph import Duplicate
from .page import Page, moment, same_words

MARK = "lt"
"""The query parameter of our link that carries the placing's key."""
LISTED = 25


class FacebookPlacer(Placer):
    """Posts on one Page."""

    capability: ClassVar[PublicCapability] = CAPABILITY

    def __init__(self, settings: Settings, secrets: Secrets) -> None:
        self._page = Page(settings, secrets)
        self._same = timedelta(hours=int(settings.get("match_hours") or 72))

    async def open(self) -> None:
        """Make the connection pool."""
        await self._page.open()

    async def close(self) -> None:
        """Close the connection pool."""
        await self._page.close()

    async def place(self, placing: Placing) -> Accepted:
        """Post it; a post that the Page already has is looked for before it counts as refused."""
        body = {"message": placing.text} | ({"link": marked(placing.link, placing.key)} if placing.link else {})
        try:
            found = await self._page.post(f"{self._page.id}/feed", body)
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
        fields = "id,message,created_time,attachments{unshimmed_url}"
        for one in await self._page.listed(f"{self._page.id}/published_posts", fields=fields, limit=str(LISTED)):
            if isinstance(one.get("id"), str) and self._is_ours(one, placing):
                return Accepted(provider_id=one["id"], delivered=True)
        return None

    async def withdraw(self, placing: Placing, provider_id: str) -> None:
        """Delete the post."""
        if not provider_id.replace("_", "").isdecimal():
            raise Rejected(_("the post cannot be named"))
        await self._page.delete(provider_id)

    async def try_out(self, typed: str) -> None:
        """Ask whose token it is, then for what the Page has published: read-only, as `resolve` asks in doubt."""
        whose = await self._page.get("me", fields="id")
        if whose.get("id") != self._page.id:
            raise AccountProblem(_("the page access token belongs to another Page"))
        await self._page.listed(f"{self._page.id}/published_posts", fields="id", limit="1")

    def _is_ours(self, one: Mapping[str, Any], placing: Placing) -> bool:
        marks = _marks(one)
        if marks:
            return placing.key in marks
        if not same_words(one.get("message"), placing.text):
            return False
        born = moment(one.get("created_time"))
        return born is None or self.now() - born <= self._same


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
