"""Lasting connections on which outlets speak to us: one listener an account, in one worker of all, as long as it lives.

A worker that wants to listen takes the account's advisory lock on a connection of its own; the others wait for it. So a
broker that keeps one session for us sees one client, and a worker that dies frees the lock with its connection.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Protocol

import psycopg
from django.db import DatabaseError, InterfaceError
from django.utils.module_loading import import_string
from procrastinate.contrib.django.utils import connector_params

from lantoa.channels import registry
from lantoa.channels.models import ChannelAccount

logger = logging.getLogger(__name__)

PAUSE = 5.0
"""Seconds between two looks at the accounts, at the lock, and two attempts after a failure."""
_LOCK = 7_201_001  # the first half of the advisory lock's name; the second is the account


class Run(Protocol):
    """Calls a synchronous function in a thread that may use the database."""

    def __call__[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, R]:
        """Return what the function returns."""


class Listen(Protocol):
    """Listens on one account until cancelled; returns or raises when the connection is lost."""

    def __call__(self, account: ChannelAccount, run: Run) -> Coroutine[Any, Any, None]:
        """Listen."""


def listening_accounts() -> list[ChannelAccount]:
    """Return the accounts in use whose outlets speak over a lasting connection."""
    kinds = [kind for kind, found in registry.publics().items() if found.listen]
    return list(ChannelAccount.objects.filter(kind__in=kinds, enabled=True).order_by("pk"))


class Listeners:
    """Keeps one task for every account that wants a listener."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._tasks: dict[int, tuple[ChannelAccount, asyncio.Task[None]]] = {}

    async def keep(self) -> None:
        """Listen until cancelled."""
        try:
            while True:
                with suppress(DatabaseError, InterfaceError):
                    await self._arrange(await self._run(listening_accounts))
                await asyncio.sleep(PAUSE)
        finally:
            await self._arrange([])

    async def _arrange(self, accounts: list[ChannelAccount]) -> None:
        wanted = {account.pk: account for account in accounts}
        for pk, (used, task) in list(self._tasks.items()):
            if pk not in wanted or _differs(wanted[pk], used):
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                del self._tasks[pk]
        for pk, account in wanted.items():
            if pk not in self._tasks:
                self._tasks[pk] = (account, asyncio.create_task(self._persist(account)))

    async def _persist(self, account: ChannelAccount) -> None:
        """Listen again and again; what ends a connection is told in the log, without what was said on it."""
        listen: Listen = import_string(registry.public(account.kind).listen)
        while True:
            try:
                await _alone(account.pk, lambda: listen(account, self._run))
            except Exception as error:  # whatever it was, the outlets must be heard again
                logger.warning("listening on account %s ended: %s", account.pk, type(error).__name__)
            await asyncio.sleep(PAUSE)


def _differs(fresh: ChannelAccount, used: ChannelAccount) -> bool:
    return (fresh.settings, bytes(fresh.sealed_secrets)) != (used.settings, bytes(used.sealed_secrets))


async def _alone(account_id: int, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Do the work while this process alone holds the account's lock; ends when the lock's connection is lost."""
    connection = await psycopg.AsyncConnection.connect(**connector_params(), autocommit=True)
    async with connection:
        while not await _locked(connection, account_id):  # noqa: ASYNC110  (the lock is in the database)
            await asyncio.sleep(PAUSE)
        task = asyncio.ensure_future(work())
        try:
            while not task.done():
                await asyncio.wait((task,), timeout=PAUSE)
                await connection.execute("SELECT 1")
            await task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _locked(connection: "psycopg.AsyncConnection[Any]", account_id: int) -> bool:
    row = await (await connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (_LOCK, account_id))).fetchone()
    return bool(row and row[0])
