"""The official account's token for whatever else sends in its name: the same row, the same lock, one refresher.

Two keepers of one refresh token would spend it twice; so this one only finds the account and asks its keeper.
"""

import asyncio

from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections, connection
from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import AccountProblem, Retry
from lantoa.channels.models import ChannelAccount

from .tokens import ZaloTokenKeeper


class NamedTokenKeeper:
    """Hands out the token of the official account of this name in addresses."""

    def __init__(self, slug: str) -> None:
        self._slug = slug
        self._keeper: ZaloTokenKeeper | None = None
        self._lock = asyncio.Lock()

    async def current(self) -> str:
        """Return the official account's token; raises AccountProblem when that account is gone."""
        return await (await self._shared()).current()

    async def renewed(self, stale: str) -> str:
        """Return a token other than ``stale``, renewed by whoever is first among all that send for this account."""
        return await (await self._shared()).renewed(stale)

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
    if not connection.in_atomic_block:
        close_old_connections()
    return ChannelAccount.objects.filter(kind="zalo", slug=slug).first()
