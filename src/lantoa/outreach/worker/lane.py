"""One account's lane: claim, send within the provider's limits, hand the results on."""

import asyncio
import logging
from collections import deque
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
    Retry,
    SendProblem,
    Throttled,
    Transport,
    Unknown,
)
from lantoa.channels.inbound import Received
from lantoa.channels.models import ChannelAccount
from lantoa.channels.selectors import price_of, transport_for
from lantoa.channels.services import TRIPS_AT, keep_report, record_health
from lantoa.outreach.outcomes import settle
from lantoa.outreach.services.claiming import Batch, Claimed
from lantoa.outreach.services.loading import Parcel, hand_on, hold, pack
from lantoa.outreach.services.settling import Completion, give_back, renew
from lantoa.outreach.worker.completions import Completions
from lantoa.outreach.worker.database import Threads
from lantoa.outreach.worker.moments import Moments

logger = logging.getLogger(__name__)

IDLE = 0.3
"""Seconds between two looks at an empty outbox."""
SPARSE = 0.1
"""Seconds between two looks at one that gives little: an account whose rate is the limit."""
HEALTHY_EVERY = 30.0
"""Seconds between two notes that an account works."""
AHEAD, LITTLE_AHEAD = 0.8, 0.2
"""Seconds of work a lane claims at once: enough to hide a claim, little enough to give back. Where the provider cannot
tell a repeat, less: whatever a killed worker had in hand stays in doubt there."""
FEWEST, MOST, MOST_BULK = 20, 1000, 4000
"""Deliveries one claim asks for: at the least, at the most, and at the most where one call carries many."""


@dataclass(frozen=True, slots=True)
class Held:
    """Until when (loop time) the parcels of one claim, or of one renewal, may still be put on the wire."""

    deadline: float


class Lane:
    """Sends for one account until told to stop; everything claimed is then sent, or given back untouched."""

    def __init__(
        self,
        account: ChannelAccount,
        threads: Threads,
        completions: Completions,
        moments: Moments,
        *,
        lease: timedelta,
        concurrency: int | None = None,
    ) -> None:
        self.account = account
        self._threads, self._completions, self._moments, self._lease = threads, completions, moments, lease
        self._transport: Transport = transport_for(account)
        self._transport.keep = self._keep
        self.capability = self._transport.capability
        wished = int(account.settings.get("connections") or self.capability.concurrency)
        self._senders = max(1, min(concurrency or wished, wished))
        self._price = price_of(account) or 0
        self._named = self.capability.receipts and not self.capability.receipts_carry_key
        self._waiting: deque[tuple[Parcel, Held]] = deque()
        self._held: dict[int, tuple[Parcel, Held]] = {}
        self._lapsed: list[Claimed] = []
        self._coming = 0  # claimed and being made ready
        self._work = asyncio.Event()
        self._room = asyncio.Event()
        self._stopping = asyncio.Event()
        self.leaves = False  # all that is due is for other accounts of the channel
        self._quiet_until = 0.0
        self._noted_at = -HEALTHY_EVERY
        self._failures = account.failures
        self._pace = 0.0  # messages a second of late, to know how many to hold

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
            bulk = self.capability.bulk_size > 1
            senders = [asyncio.create_task(self._send_bulk() if bulk else self._send()) for _ in range(self._senders)]
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

    async def _keep(self, received: Received) -> None:
        """Keep what the provider says on the transport's own connection."""
        await self._threads.run(keep_report, account=self.account, received=received, at=self._moments.now())

    # Claiming: while one batch is being sent, the next is made ready and the one after it claimed.

    async def _feed(self) -> None:
        loop = asyncio.get_running_loop()
        began, before = loop.time(), 0
        packing: asyncio.Task[None] | None = None
        while not self._stopping.is_set():
            if self._lapsed:
                lapsed, self._lapsed = self._lapsed, []
                await self._give_back(lapsed)
            await self._completions.room()
            asked = loop.time()
            batch = await self._claim()
            self.leaves = bool(batch.left and not batch.touched)
            if packing is not None:
                await packing
            self._coming = len(batch.claimed)
            packing = asyncio.create_task(self._pack(batch, Held(asked + self._lease.total_seconds() * 0.8)))
            await self._pause(batch)
            elapsed = loop.time() - began
            if elapsed > 0.05:
                sent = self._completions.added - before
                self._pace = max(sent / elapsed, self._pace * 0.7)
                began, before = loop.time(), self._completions.added
        if packing is not None:
            await packing

    @property
    def _batch(self) -> int:
        """How many to claim at once: most of a second's work at the pace of late, at least a few for each sender."""
        calls = min(self.capability.bulk_size * self._senders, MOST_BULK)
        least = max(calls, self.capability.bulk_size, 2 * self._senders, FEWEST)
        ahead = LITTLE_AHEAD if self.capability.idempotency is Idempotency.NONE else AHEAD
        return max(least, min(MOST, int(self._pace * ahead)))

    @property
    def _enough(self) -> int:
        """How many unsent ones keep the senders busy while the next are claimed and made ready."""
        return self._batch * 3 // 2

    async def _claim(self) -> Batch:
        try:
            return await self._threads.run(
                hold,
                account_id=self.account.pk,
                channel=self.capability.channel,
                limit=self._batch,
                at=self._moments.now(),
                lease=self._lease,
            )
        except (DatabaseError, InterfaceError):
            logger.warning("the outbox cannot be read, trying again", exc_info=True)
            return Batch([], 0)

    async def _pack(self, batch: Batch, held: Held) -> None:
        """Make claimed deliveries ready to send; what cannot be made ready goes back untouched."""
        if not batch.claimed:
            return
        try:
            parcels = await self._threads.run(pack, batch.claimed, self.capability.channel)
            if not self.capability.free_text:
                parcels = await self._threads.run(hand_on, parcels, account=self.account, at=self._moments.now())
        except (DatabaseError, InterfaceError):
            logger.warning("%s deliveries could not be read, giving them back", len(batch.claimed))
            await self._give_back(batch.claimed)
            return
        finally:
            self._coming = 0
            self._room.set()
        for parcel in parcels:
            self._held[parcel.claimed.id] = (parcel, held)
            self._waiting.append((parcel, held))
        self._work.set()

    async def _pause(self, batch: Batch) -> None:
        """Wait until little enough is left to send, or, when there was little or nothing to do, a moment."""
        while len(self._waiting) + self._coming > self._enough and not self._stopping.is_set():
            self._room.clear()
            await self._room.wait()
        rest = IDLE if not batch.touched else SPARSE if batch.touched < self._batch // 4 else 0
        if rest and not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), rest)

    async def _return_unsent(self) -> None:
        unsent = [*self._lapsed, *(parcel.claimed for parcel, _held in self._waiting)]
        self._waiting.clear()
        self._lapsed = []
        self._room.set()  # nobody will take from what is gone
        await self._give_back(unsent)

    async def _give_back(self, unsent: Sequence[Claimed]) -> None:
        for one in unsent:
            self._let_go(one)
        if unsent:
            try:
                await self._threads.run(give_back, unsent, at=self._moments.now())
            except (DatabaseError, InterfaceError):
                logger.warning("%s deliveries could not be given back; their leases will run out", len(unsent))

    def _let_go(self, claimed: Claimed) -> None:
        """Hold a delivery no longer; the same one claimed anew meanwhile stays."""
        found = self._held.get(claimed.id)
        if found is not None and found[0].claimed.attempt == claimed.attempt:
            del self._held[claimed.id]

    async def _renew_forever(self) -> None:
        """Keep what is still held; what was lost to another worker is not sent."""
        third = self._lease.total_seconds() / 3
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(third)
            old = [one for one in self._held.values() if one[1].deadline - loop.time() < 1.5 * third]
            if not old:
                continue
            asked = loop.time()
            try:
                claims = [parcel.claimed for parcel, _held in old]
                kept = await self._threads.run(renew, claims, until=self._moments.now() + self._lease)
            except (DatabaseError, InterfaceError):
                continue
            fresh = Held(asked + self._lease.total_seconds() * 0.8)
            lost = Held(0.0)
            for parcel, _held in old:
                id_ = parcel.claimed.id
                if self._held.get(id_, (None,))[0] is parcel:
                    self._held[id_] = (parcel, fresh if id_ in kept else lost)

    # Sending

    async def _next(self) -> Parcel | None:
        """The next parcel that may still be sent; None after a claim was lost or given back meanwhile."""
        while not self._waiting:
            self._work.clear()
            await self._work.wait()
        parcel, _first = self._waiting.popleft()
        if not self._room.is_set() and len(self._waiting) + self._coming <= self._enough:
            self._room.set()
        found = self._held.get(parcel.claimed.id)
        now = asyncio.get_running_loop().time()
        if found is None or found[0] is not parcel:  # given back, or claimed anew since
            return None
        if found[1].deadline <= now:  # too old to send, and never sent: whoever claims it next may
            self._lapsed.append(parcel.claimed)
            del self._held[parcel.claimed.id]
            return None
        if now < self._quiet_until:
            self._waiting.appendleft((parcel, found[1]))
            await self._return_unsent()
            return None
        return parcel

    async def _send(self) -> None:
        send, needs_query = self._transport.send, self.capability.idempotency is Idempotency.QUERY
        while True:
            parcel = await self._next()
            if parcel is None:
                continue
            outcome: Outcome
            try:
                if parcel.outgoing is None:
                    outcome = ERASED
                elif needs_query and parcel.claimed.in_doubt:
                    outcome = await self._asked(parcel)
                else:
                    outcome = await send(parcel.outgoing)
            except SendProblem as problem:
                outcome = problem
            except Exception as problem:
                logger.exception("a transport of %s broke its contract", self.account.kind)
                outcome = Unknown(type(problem).__name__)
            self._finish(parcel, outcome)
            if type(outcome) is not Accepted or self._failures or self._noted_at < 0:
                await self._note_health([outcome])

    async def _asked(self, parcel: Parcel) -> Outcome:
        """Ask the provider about a delivery in doubt before sending it again."""
        assert parcel.outgoing is not None
        found = await self._transport.resolve(parcel.outgoing, parcel.claimed.provider_id)
        return found if found is not None else await self._transport.send(parcel.outgoing)

    async def _send_bulk(self) -> None:
        while True:
            await self._send_next_call()  # in a frame of its own: a sender that waits keeps nothing it sent

    async def _send_next_call(self) -> None:
        first = await self._next()
        parcels = [first] if first is not None else []
        while self._waiting and len(parcels) < self.capability.bulk_size:
            parcel = await self._next()
            if parcel is not None:
                parcels.append(parcel)
        if not parcels:
            return
        outcomes = await self._many(parcels)
        for parcel, outcome in zip(parcels, outcomes, strict=True):
            self._finish(parcel, outcome)
        await self._note_health(outcomes)

    async def _many(self, parcels: list[Parcel]) -> list[Outcome]:
        try:
            sent = iter(await self._transport.send_many([one.outgoing for one in parcels if one.outgoing is not None]))
            return [next(sent) if one.outgoing is not None else ERASED for one in parcels]
        except Exception as problem:
            logger.exception("a transport of %s broke its contract", self.account.kind)
            return [Unknown(type(problem).__name__) for _ in parcels]

    def _finish(self, parcel: Parcel, outcome: Outcome) -> None:
        now, one = self._moments.now(), parcel.claimed
        settled = settle(
            outcome,
            capability=self.capability,
            urgency=one.urgency,
            attempts=one.attempts,
            in_doubt=one.in_doubt,
            now=now,
        )
        cost = parcel.units if type(outcome) is Accepted else 0
        self._completions.add(Completion(one, settled, now, cost, self._price, self._named))
        self._let_go(one)

    async def _note_health(self, outcomes: Sequence[Outcome]) -> None:
        """Tell the account how it does: every problem of its own, and now and then that it works."""
        loop = asyncio.get_running_loop()
        failed = sum(isinstance(one, Retry | Unknown) for one in outcomes)
        worked = any(isinstance(one, Accepted | Rejected) for one in outcomes)
        recovered, self._failures = bool(self._failures and worked), 0 if worked else self._failures + failed
        problem: Outcome | None = next((one for one in outcomes if isinstance(one, Throttled | AccountProblem)), None)
        if problem is None and not worked:
            problem = next((one for one in outcomes if isinstance(one, Retry | Unknown)), None)
        if problem is not None:
            wait = self._rest(problem)
            self._quiet_until = max(self._quiet_until, loop.time() + wait.total_seconds())
        elif not recovered and loop.time() - self._noted_at < HEALTHY_EVERY:
            return
        self._noted_at = loop.time()
        note = problem or next((one for one in outcomes if isinstance(one, Accepted | Rejected)), outcomes[0])
        try:
            await self._threads.run(
                record_health,
                account_id=self.account.pk,
                outcome=note,
                at=self._moments.now(),
                failures=max(failed, 1),
            )
        except (DatabaseError, InterfaceError):
            logger.warning("the health of an account could not be noted")

    def _rest(self, problem: Outcome) -> timedelta:
        """How long this lane keeps still: as long as the account does."""
        now = self._moments.now()
        if isinstance(problem, Throttled):
            return problem.resume_at(now) - now
        if isinstance(problem, AccountProblem):
            return timedelta(minutes=5)
        return timedelta(seconds=5) if self._failures >= TRIPS_AT else timedelta(0)


ERASED = Rejected("the address was erased")
