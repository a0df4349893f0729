"""The official account's token, shared: the same row, the same lock, the same single refresher, whoever sends.

Two keepers of one refresh token would spend it twice; so this one only finds the official account and asks its keeper.
It also carries the quota, which the provider tells with each accepted message, to the account's page.
"""

import asyncio
from datetime import UTC, datetime, timedelta

from asgiref.sync import sync_to_async
from django.db import DatabaseError
from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import AccountProblem, Retry
from lantoa.channels.models import ChannelAccount
from lantoa.channels.zalo.tokens import ZaloTokenKeeper

from .quota import Quota, keep_quota

EVERY = timedelta(seconds=10)
"""How often at most one process writes the quota down."""


class SharedTokenKeeper:
    """Hands out the token of the official account that this account sends for."""

    def __init__(self, account: ChannelAccount) -> None:
        self._account_id, self._slug = account.pk, str(account.settings.get("oa") or "")
        self._keeper: ZaloTokenKeeper | None = None
        self._lock = asyncio.Lock()
        self._told_at = datetime(1970, 1, 1, tzinfo=UTC)

    async def current(self) -> str:
        """Return the official account's token."""
        return await (await self._shared()).current()

    async def renewed(self, stale: str) -> str:
        """Return a token other than ``stale``, renewed by whoever is first among all that send for this account."""
        return await (await self._shared()).renewed(stale)

    async def note_quota(self, quota: Quota) -> None:
        """Keep what the provider said of the quota, now and then; a database that is away does not matter here."""
        now = datetime.now(UTC)
        if now - self._told_at < EVERY and quota.remaining > 0:
            return
        self._told_at = now
        try:
            await sync_to_async(keep_quota)(self._account_id, quota, now)
        except DatabaseError:
            self._told_at = datetime(1970, 1, 1, tzinfo=UTC)

    async def _shared(self) -> ZaloTokenKeeper:
        async with self._lock:
            if self._keeper is None:
                try:
                    found = await sync_to_async(_official)(self._slug)
                except DatabaseError as error:  # nothing was sent yet
                    raise Retry(_("the token cannot be read just now")) from error
                if found is None:
                    raise AccountProblem(_("the official account it sends for is gone; choose another"))
                self._keeper = ZaloTokenKeeper(found)
            return self._keeper


def _official(slug: str) -> ChannelAccount | None:
    return ChannelAccount.objects.filter(kind="zalo", slug=slug).first()
