"""The worker's lanes to public outlets: one for each account of a kind that a placer carries, or one for the kind."""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from functools import partial

from django.db import DatabaseError, InterfaceError
from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import Accepted, AccountProblem, Idempotency, Outcome, SendProblem, Throttled, Unknown
from lantoa.channels.models import ChannelAccount
from lantoa.channels.placing import Placer
from lantoa.channels.registry import carried, public
from lantoa.channels.selectors import placer_for, ready
from lantoa.channels.services import record_health
from lantoa.outreach.outcomes import settle
from lantoa.outreach.services.carrying import Ended, Taken, complete_placements, placements_left, take_placements
from lantoa.outreach.worker.database import Threads
from lantoa.outreach.worker.moments import Moments

logger = logging.getLogger(__name__)

IDLE = 0.5
"""Seconds between two looks where nothing is due."""
AT_ONCE = 16
"""Placements one lane has on the wire at a time; each must end within its lease, so none is renewed."""

TOO_BUSY = Throttled(_("the machine was too busy; nothing was sent"), after=timedelta(seconds=5))
"""What became of a placement that was made ready too late; it costs no attempt, and says nothing of the account."""


class PlacementLane:
    """Carries for one account, or for a kind without any, until told to stop; what is on the wire comes home."""

    def __init__(
        self, kind: str, account: ChannelAccount | None, threads: Threads, moments: Moments, *, lease: timedelta
    ) -> None:
        self.kind, self.account = kind, account
        self.capability = public(kind).capability
        self.written = 0
        self._threads, self._moments, self._lease = threads, moments, lease
        self._placer: Placer = placer_for(kind, account)
        self._placer.clock = moments.now
        self._stopping = asyncio.Event()
        self.busy = False

    def stop(self) -> None:
        """Claim no more."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until stopped."""
        async with self._placer:
            while not self._stopping.is_set():
                asked = asyncio.get_running_loop().time()
                taken = await self._take()
                if taken:
                    deadline = asked + self._lease.total_seconds() * 0.8
                    await self._complete(await asyncio.gather(*(self._carry(one, deadline) for one in taken)))
                    self.busy = False
                    continue
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), IDLE)

    async def _take(self) -> list[Taken]:
        account_id = self.account.pk if self.account else None
        try:
            taken = await self._threads.run(
                take_placements, kind=self.kind, account_id=account_id, limit=AT_ONCE, at=self._moments.now(),
                lease=self._lease,
            )  # fmt: skip
        except (DatabaseError, InterfaceError):
            logger.warning("the placements cannot be read, trying again", exc_info=True)
            return []
        self.busy = bool(taken)
        return taken

    async def _carry(self, one: Taken, deadline: float) -> Ended:
        """Put one there; what does not end within the lease, counted from the claim, is in doubt before somebody else
        may take it. One that was made ready too late is not put there at all."""
        outcome: Outcome
        if asyncio.get_running_loop().time() >= deadline:
            return self._ended(one, TOO_BUSY)
        try:
            async with asyncio.timeout_at(deadline):
                outcome = await self._put(one)
        except SendProblem as problem:
            outcome = problem
        except TimeoutError:
            outcome = Unknown("no clear answer")
        except Exception as problem:
            logger.exception("a placer of %s broke its contract", self.kind)
            outcome = Unknown(type(problem).__name__)
        await self._note_health(outcome)
        return self._ended(one, outcome)

    def _ended(self, one: Taken, outcome: Outcome) -> Ended:
        now = self._moments.now()
        settled = settle(
            outcome, capability=self.capability, urgency=one.urgency, attempts=one.attempts, in_doubt=one.in_doubt,
            now=now,
        )  # fmt: skip
        return Ended(one, settled, now)

    async def _put(self, one: Taken) -> Accepted:
        if one.in_doubt and self.capability.idempotency is Idempotency.QUERY:
            found = await self._placer.resolve(one.placing, one.provider_id)
            if found is not None:
                return found
        return await self._placer.place(one.placing)

    async def _complete(self, ended: list[Ended]) -> None:
        """Write the ends; when the database is away the leases run out and say what can be said."""
        for _try in range(3):
            try:
                self.written += await self._threads.run(complete_placements, ended)
            except (DatabaseError, InterfaceError):
                logger.warning("the ends of %s placements could not be written, trying again", len(ended))
                await asyncio.sleep(1)
            else:
                return

    async def _note_health(self, outcome: Outcome) -> None:
        if self.account is None:
            return
        try:
            await self._threads.run(record_health, account_id=self.account.pk, outcome=outcome, at=self._moments.now())
        except (DatabaseError, InterfaceError):
            logger.warning("the health of an account could not be noted")


class PlacementLanes:
    """All of one worker's lanes to outlets, opened and closed as accounts come and go."""

    def __init__(self, kinds: list[str], threads: Threads, moments: Moments, *, lease: timedelta) -> None:
        self.kinds = [kind for kind in carried() if not kinds or kind in kinds]
        self._threads, self._moments, self._lease = threads, moments, lease
        self._lanes: dict[tuple[str, int], tuple[PlacementLane, asyncio.Task[None]]] = {}

    async def open(self) -> None:
        """A lane for every account in use and every kind without accounts; what changed is opened anew."""
        wanted = await self._threads.run(self._wanted)
        for key, (lane, task) in list(self._lanes.items()):
            fresh = wanted.get(key)
            if task.done() or key not in wanted or _differs(fresh, lane.account):
                lane.stop()
                await asyncio.gather(task, return_exceptions=True)
                del self._lanes[key]
        for key, account in wanted.items():
            if key not in self._lanes:
                try:
                    lane = PlacementLane(key[0], account, self._threads, self._moments, lease=self._lease)
                except Exception as problem:  # whatever a placer's settings lack, the other lanes open
                    await self._report(account, problem)
                    continue
                self._lanes[key] = (lane, asyncio.create_task(lane.run()))

    def _wanted(self) -> dict[tuple[str, int], ChannelAccount | None]:
        soon = self._moments.now() + timedelta(minutes=1)
        found: dict[tuple[str, int], ChannelAccount | None] = {}
        for kind in self.kinds:
            if public(kind).capability.account:
                found |= {(kind, account.pk): account for account in ready(kind, at=soon)}
            else:
                found[kind, 0] = None
        return found

    async def _report(self, account: ChannelAccount | None, problem: Exception) -> None:
        logger.warning("a placer could not be made: %s", type(problem).__name__)
        if account is not None:
            outcome = problem if isinstance(problem, AccountProblem) else AccountProblem(str(problem))
            note = partial(record_health, account_id=account.pk, outcome=outcome, at=self._moments.now())
            await self._threads.run(note)

    @property
    def busy(self) -> bool:
        """Whether anything is on the wire."""
        return any(lane.busy for lane, _task in self._lanes.values())

    @property
    def written(self) -> int:
        """How many results the open lanes wrote."""
        return sum(lane.written for lane, _task in self._lanes.values())

    async def left(self) -> bool:
        """Whether something is due that one of these lanes may take, or on the wire."""
        kinds = sorted({kind for kind, _account in self._lanes})
        found: bool = await self._threads.run(partial(placements_left, kinds, at=self._moments.now()))
        return found

    async def close(self) -> None:
        """Stop all; what is on the wire comes home."""
        for lane, _task in self._lanes.values():
            lane.stop()
        await asyncio.gather(*(task for _lane, task in self._lanes.values()), return_exceptions=True)


def _differs(fresh: ChannelAccount | None, used: ChannelAccount | None) -> bool:
    if fresh is None or used is None:
        return fresh is not used
    return (fresh.settings, fresh.sealed_secrets) != (used.settings, used.sealed_secrets)
