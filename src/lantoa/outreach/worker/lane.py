"""One account's lane: claim, send within the provider's limits, hand the results on."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, InterfaceError

from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    Idempotency,
    Outcome,
    Rejected,
    SendProblem,
    Throttled,
    Transport,
    Unknown,
    outcome_of,
)
from lantoa.channels.models import ChannelAccount
from lantoa.channels.selectors import transport_for
from lantoa.channels.services import record_health
from lantoa.kernel import clock
from lantoa.outreach.outcomes import settle
from lantoa.outreach.services.claiming import Claimed
from lantoa.outreach.services.loading import Load, Parcel, take
from lantoa.outreach.services.settling import Completion, give_back, renew
from lantoa.outreach.worker.completions import Completions
from lantoa.outreach.worker.database import Threads

logger = logging.getLogger(__name__)

IDLE = 0.3
"""Seconds between two looks at an empty outbox."""
HEALTHY_EVERY = 30.0
"""Seconds between two notes that an account works."""


@dataclass(slots=True)
class Held:
    """A parcel this worker holds, and until when (loop time) it may still be put on the wire."""

    parcel: Parcel
    deadline: float


class Lane:
    """Sends for one account until told to stop; everything claimed is then sent, or given back untouched."""

    def __init__(
        self,
        account: ChannelAccount,
        threads: Threads,
        completions: Completions,
        *,
        lease: timedelta,
        concurrency: int | None = None,
    ) -> None:
        self.account = account
        self._threads, self._completions, self._lease = threads, completions, lease
        self._transport: Transport = transport_for(account)
        self.capability = self._transport.capability
        self._senders = min(concurrency or self.capability.concurrency, self.capability.concurrency)
        self._batch = max(self.capability.bulk_size, 2 * self._senders, 20)
        self._queue: asyncio.Queue[Held] = asyncio.Queue()
        self._held: dict[int, Held] = {}
        self._room = asyncio.Event()
        self._stopping = asyncio.Event()
        self._quiet_until = 0.0
        self._noted_at = -HEALTHY_EVERY

    def stop(self) -> None:
        """Claim no more; finish what is on the wire."""
        self._stopping.set()
        self._room.set()

    @property
    def busy(self) -> bool:
        """Whether it holds anything."""
        return bool(self._held)

    async def run(self) -> None:
        """Work until stopped."""
        async with self._transport:
            senders = [asyncio.create_task(self._send_forever()) for _ in range(self._senders)]
            renewing = asyncio.create_task(self._renew_forever())
            try:
                await self._feed()
                await self._return_unsent()
                while self._held:  # noqa: ASYNC110 - several senders empty it; the wait is one round trip
                    await asyncio.sleep(0.02)
            finally:
                for task in (*senders, renewing):
                    task.cancel()
                await asyncio.gather(*senders, renewing, return_exceptions=True)

    # Claiming

    async def _feed(self) -> None:
        while not self._stopping.is_set():
            load = await self._take()
            now = asyncio.get_running_loop().time()
            for parcel in load.parcels:
                held = Held(parcel, now + self._lease.total_seconds() * 0.8)
                self._held[parcel.claimed.id] = held
                self._queue.put_nowait(held)
            await self._pause(load)

    async def _take(self) -> Load:
        try:
            return await self._threads.run(
                take,
                account_id=self.account.pk,
                channel=self.account.kind,
                limit=self._batch,
                at=clock.now(),
                lease=self._lease,
            )
        except (DatabaseError, InterfaceError):
            logger.warning("the outbox cannot be read, trying again", exc_info=True)
            return Load([], 0)

    async def _pause(self, load: Load) -> None:
        """Wait until the queue is half empty, or, when there was nothing to do, a moment."""
        while self._queue.qsize() > self._batch // 2 and not self._stopping.is_set():
            self._room.clear()
            await self._room.wait()
        if not load.touched and not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), IDLE)

    async def _return_unsent(self) -> None:
        unsent: list[Claimed] = []
        while not self._queue.empty():
            unsent.append(self._queue.get_nowait().parcel.claimed)
        await self._give_back(unsent)

    async def _give_back(self, unsent: Sequence[Claimed]) -> None:
        for one in unsent:
            self._held.pop(one.id, None)
        if unsent:
            try:
                await self._threads.run(give_back, unsent, at=clock.now())
            except (DatabaseError, InterfaceError):
                logger.warning("%s deliveries could not be given back; their leases will run out", len(unsent))

    async def _renew_forever(self) -> None:
        """Keep what is still held; what was lost to another worker is not sent."""
        third = self._lease.total_seconds() / 3
        while True:
            await asyncio.sleep(third)
            loop = asyncio.get_running_loop()
            old = [one for one in self._held.values() if one.deadline - loop.time() < 1.5 * third]
            if not old:
                continue
            asked = loop.time()
            try:
                claims = [one.parcel.claimed for one in old]
                kept = await self._threads.run(renew, claims, until=clock.now() + self._lease)
            except (DatabaseError, InterfaceError):
                continue
            for one in old:
                if one.parcel.claimed.id in kept:
                    one.deadline = asked + self._lease.total_seconds() * 0.8

    # Sending

    async def _send_forever(self) -> None:
        while True:
            parcels = [await self._queue.get()]
            while len(parcels) < self.capability.bulk_size and not self._queue.empty():
                parcels.append(self._queue.get_nowait())
            self._room.set()
            await self._send(parcels)

    async def _send(self, held: list[Held]) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._quiet_until:
            await self._give_back([one.parcel.claimed for one in held])
            return
        live = [one for one in held if one.deadline > now]
        for one in held:
            if one.deadline <= now:
                self._held.pop(one.parcel.claimed.id, None)
        outcomes = await self._outcomes([one.parcel for one in live])
        for one, outcome in zip(live, outcomes, strict=True):
            self._finish(one.parcel, outcome)
        await self._note_health(outcomes)

    async def _outcomes(self, parcels: list[Parcel]) -> list[Outcome]:
        try:
            if len(parcels) == 1 or self.capability.bulk_size == 1:
                return [await self._one(parcel) for parcel in parcels]
            sendable = [parcel.outgoing for parcel in parcels if parcel.outgoing is not None]
            sent = iter(await self._transport.send_many(sendable))
            return [next(sent) if parcel.outgoing is not None else ERASED for parcel in parcels]
        except Exception as problem:
            logger.exception("a transport of %s broke its contract", self.account.kind)
            return [Unknown(type(problem).__name__) for _ in parcels]

    async def _one(self, parcel: Parcel) -> Outcome:
        if parcel.outgoing is None:
            return ERASED
        if parcel.claimed.in_doubt and self.capability.idempotency is Idempotency.QUERY:
            try:
                found = await self._transport.resolve(parcel.outgoing, parcel.claimed.provider_id)
            except SendProblem as problem:
                return problem
            if found is not None:
                return found
        return await outcome_of(self._transport, parcel.outgoing)

    def _finish(self, parcel: Parcel, outcome: Outcome) -> None:
        now, one = clock.now(), parcel.claimed
        settled = settle(
            outcome,
            capability=self.capability,
            urgency=one.urgency,
            attempts=one.attempts,
            in_doubt=one.in_doubt,
            now=now,
        )
        cost = parcel.units if isinstance(outcome, Accepted) else 0
        self._completions.add(Completion(one, settled, now, cost))
        self._held.pop(one.id, None)

    async def _note_health(self, outcomes: list[Outcome]) -> None:
        """Tell the account how it does: every problem of its own, and now and then that it works."""
        loop = asyncio.get_running_loop()
        problem = next((one for one in outcomes if isinstance(one, Throttled | AccountProblem | Unknown)), None)
        if isinstance(problem, Throttled | AccountProblem):
            wait = (
                problem.resume_at(clock.now()) - clock.now() if isinstance(problem, Throttled) else timedelta(minutes=5)
            )
            self._quiet_until = max(self._quiet_until, loop.time() + wait.total_seconds())
        elif problem is None and (not outcomes or loop.time() - self._noted_at < HEALTHY_EVERY):
            return
        self._noted_at = loop.time()
        noted = problem or outcomes[0]
        try:
            await self._threads.run(record_health, account_id=self.account.pk, outcome=noted, at=clock.now())
        except (DatabaseError, InterfaceError):
            logger.warning("the health of an account could not be noted")


ERASED = Rejected("the address was erased")
