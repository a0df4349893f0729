"""The whole worker: lanes for accounts, the jobs of all rooms, the reaper and the broom."""

import asyncio
import logging
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import DatabaseError, InterfaceError, connection
from procrastinate.contrib.django import app

from lantoa.channels.contract import AccountProblem
from lantoa.channels.fetching import collect_due
from lantoa.channels.listeners import Listeners
from lantoa.channels.models import ChannelAccount
from lantoa.channels.reading import READ_AT_ONCE, read_waiting
from lantoa.channels.registry import channels
from lantoa.channels.selectors import ready
from lantoa.channels.services import record_health
from lantoa.outreach.services.broadcasts import release_due
from lantoa.outreach.services.carrying import reap_placements
from lantoa.outreach.services.chains import go_on
from lantoa.outreach.services.ending import tidy, work_left
from lantoa.outreach.services.receipts import sweep_receipts
from lantoa.outreach.services.settling import LEASE, reap
from lantoa.outreach.worker.completions import Completions
from lantoa.outreach.worker.database import Threads
from lantoa.outreach.worker.events import run_events
from lantoa.outreach.worker.lane import Lane
from lantoa.outreach.worker.moments import Moments
from lantoa.outreach.worker.placements import PlacementLanes
from lantoa.outreach.worker.rescue import keep_rescuing

logger = logging.getLogger(__name__)

BROOM = 0.5
"""Seconds between two rounds of the broom."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a worker shall work: which channels (none: all), one round or for ever, jobs of other rooms or not."""

    channels: Sequence[str] = ()
    drain: bool = False
    jobs: bool = True
    concurrency: int | None = None
    lease: timedelta = LEASE


class Engine:
    """One worker process."""

    def __init__(self, wishes: Wishes) -> None:
        self.wishes = wishes
        self._threads = Threads()
        self._completions = Completions(self._threads)
        self._lanes: dict[int, tuple[Lane, asyncio.Task[None]]] = {}
        self._stopping = asyncio.Event()
        self._moments = Moments()
        self._outlets = PlacementLanes(list(wishes.channels), self._threads, self._moments, lease=wishes.lease)

    def stop(self) -> None:
        """Finish what is on the wire, give back the rest, leave."""
        self._stopping.set()

    async def run(self) -> int:
        """Work until stopped, or drained; returns how many results were written."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        async with AsyncExitStack() as stack:
            stack.callback(self._threads.close)
            tasks = [asyncio.create_task(self._completions.run())]
            if self.wishes.jobs:
                tasks += [asyncio.create_task(run()) for run in (self._run_jobs, self._run_events, self._run_mailboxes)]
            if self.wishes.jobs and not self.wishes.drain:
                tasks.append(asyncio.create_task(Listeners(self._threads.run).keep()))
            stack.push_async_callback(_ended, tasks)
            stack.push_async_callback(self._completions.flush)
            await self._rounds()
            await self._close_lanes()
        return self._completions.written + self._outlets.written

    async def _rounds(self) -> None:
        number = 0
        while not self._stopping.is_set():
            await self._quietly(self._moments.keep, self._threads)
            await self._quietly(self._open_lanes)
            await self._quietly(self._outlets.open)
            await self._quietly(self._sweep, number)
            if self.wishes.drain and await self._drained():
                return
            number += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), BROOM)

    async def _quietly(self, step: Any, *args: Any) -> None:
        try:
            await step(*args)
        except (DatabaseError, InterfaceError):
            logger.warning("a round of the worker failed, trying again", exc_info=True)

    async def _open_lanes(self) -> None:
        """A lane for every account in use; one whose account went or changed is closed and opened anew."""
        accounts = {account.pk: account for account in await self._threads.run(self._accounts)}
        for pk, (lane, task) in list(self._lanes.items()):
            fresh = accounts.get(pk)
            if task.done() or fresh is None or _differs(fresh, lane.account):
                lane.stop()
                await asyncio.gather(task, return_exceptions=True)
                del self._lanes[pk]
        for pk, account in accounts.items():
            if pk not in self._lanes:
                try:
                    lane = self._lane(account)
                except AccountProblem as problem:  # the others go on
                    note = partial(record_health, account_id=pk, outcome=problem, at=self._moments.now())
                    await self._threads.run(note)
                    continue
                self._lanes[pk] = (lane, asyncio.create_task(lane.run()))

    def _lane(self, account: ChannelAccount) -> Lane:
        wishes = self.wishes
        return Lane(
            account, self._threads, self._completions, self._moments, lease=wishes.lease,
            concurrency=wishes.concurrency,
        )  # fmt: skip

    def _accounts(self) -> list[ChannelAccount]:
        wanted = [kind for kind in self.wishes.channels or channels() if kind in channels()]
        soon = self._moments.now() + timedelta(minutes=1)
        return [account for channel in wanted for account in ready(channel, at=soon)]

    async def _sweep(self, number: int) -> None:
        while await self._threads.run(partial(read_waiting, at=self._moments.now())) == READ_AT_ONCE:
            pass
        await self._threads.run(reap, at=self._moments.now())
        await self._threads.run(reap_placements, at=self._moments.now())
        await self._threads.run(tidy, at=self._moments.now())
        if number % 4 == 0:
            await self._threads.run(release_due, at=self._moments.now())
            await self._threads.run(sweep_receipts, at=self._moments.now())
        if number % 20 == 0:
            await self._threads.run(go_on, at=self._moments.now())

    async def _drained(self) -> bool:
        if self._outlets.busy or any(lane.busy for lane, _task in self._lanes.values()):
            return False
        await self._completions.flush()
        lanes = [lane for lane, _task in self._lanes.values() if not lane.leaves]
        carried: list[str] = sorted({lane.capability.channel for lane in lanes})
        if await self._outlets.left() or (carried and await self._work_left(carried)):
            return False
        if self.wishes.jobs and await self._threads.run(jobs_left):
            return False
        await self._threads.run(tidy, at=self._moments.now())
        return not (self.wishes.jobs and await self._threads.run(jobs_left))

    async def _work_left(self, carried: list[str]) -> bool:
        left: bool = await self._threads.run(partial(work_left, at=self._moments.now(), channels=carried))
        return left

    async def _close_lanes(self) -> None:
        for lane, _task in self._lanes.values():
            lane.stop()
        await asyncio.gather(*(task for _lane, task in self._lanes.values()), return_exceptions=True)
        await self._outlets.close()

    async def _run_events(self) -> None:
        """Events, many at a time; what fails once is left to the jobs' own retries."""
        while True:
            handled = 0
            with suppress(DatabaseError, InterfaceError):
                handled = await self._threads.run(run_events)
            if not handled:
                await asyncio.sleep(0.2)

    async def _run_mailboxes(self) -> None:
        """Mailboxes that we look into, in a thread of their own: a mail server may be slow."""
        threads = Threads(1)
        try:
            while True:
                found: int | None = None
                with suppress(DatabaseError, InterfaceError):
                    found = await threads.run(collect_due, at=self._moments.now())
                if found is None:
                    await asyncio.sleep(2)
        finally:
            threads.release()

    async def _run_jobs(self) -> None:
        """The jobs of all rooms. What a job defers goes through Django's connection, in the job's own transaction."""
        worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        async with worker.open_async():
            rescuing = asyncio.create_task(keep_rescuing(worker.job_manager))
            try:
                await worker.run_worker_async(
                    concurrency=4,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                    fetch_job_polling_interval=1.0,
                    name="lantoa",
                )
            finally:
                rescuing.cancel()


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _differs(fresh: ChannelAccount, used: ChannelAccount) -> bool:
    return (fresh.settings, fresh.sealed_secrets) != (used.settings, used.sealed_secrets)


def jobs_left() -> bool:
    """Whether a job is due or being done."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status = 'doing'"
            " OR status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()))"
        )
        return bool(cursor.fetchone()[0])
