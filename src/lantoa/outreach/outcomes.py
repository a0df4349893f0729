"""What each answer of a transport makes of a delivery: the whole policy, pure, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    Capability,
    Idempotency,
    Outcome,
    Rejected,
    Retry,
    SendProblem,
    Throttled,
    Unknown,
    UnknownPolicy,
)
from lantoa.channels.placing import PublicCapability
from lantoa.outreach.enums import DeliveryState, Reason, Step, Urgency

type Carrier = Capability | PublicCapability
"""What the rules ask: how a repeat is told from a first, and what is policy where it cannot be."""

MAX_ATTEMPTS = 5
"""Calls for one delivery before it is left as it stands; throttled and account-refused calls do not count."""

AILING = timedelta(minutes=5)
"""How long a delivery waits when the provider refuses the account."""


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 5 and 25 seconds, 2 and 10 minutes, then an hour. An account that fails
    as a whole rests by its breaker and costs its deliveries no attempts."""
    return min(timedelta(seconds=5 * 5 ** min(max(attempts - 1, 0), 5)), timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Settled:
    """How one attempt ends in the ledger."""

    state: DeliveryState
    reason: Reason = Reason.NONE
    not_before: datetime | None = None
    provider_id: str = ""
    parts: tuple[str, ...] = ()  # the provider's ids of a long text's parts, each reported by its own
    counted: bool = True  # whether the attempt counts against MAX_ATTEMPTS
    step: Step | None = None  # the history row to write, none for plain acceptance
    words: str = ""  # the provider's reason, for staff


def resends(capability: Carrier, urgency: str) -> bool:
    """Whether a delivery in doubt is tried again by itself: when the provider dedupes or can be asked, or by policy."""
    if capability.idempotency is not Idempotency.NONE:
        return True
    urgent = urgency == Urgency.URGENT
    policy = capability.urgent_unknown_policy if urgent else capability.unknown_policy
    return policy is UnknownPolicy.RESEND


def settle(
    outcome: Outcome, *, capability: Carrier, urgency: str, attempts: int, in_doubt: bool, now: datetime
) -> Settled:
    """Return what the ledger shall say. `in_doubt`: an earlier attempt may have been accepted, so a refusal to take
    it *again* proves nothing on a channel without a key, and nothing sends the delivery back to pending."""
    match outcome:
        case Accepted():
            state = DeliveryState.DELIVERED if outcome.delivered else DeliveryState.ACCEPTED
            parts = tuple(part[:100] for part in outcome.parts)
            return Settled(state, provider_id=outcome.provider_id[:100], parts=parts)
        case Throttled():
            return _later(outcome, outcome.resume_at(now), in_doubt, counted=False)
        case AccountProblem():
            return _later(outcome, now + AILING, in_doubt, counted=False)
        case Rejected():
            if in_doubt and capability.idempotency is Idempotency.NONE:
                return _doubt(outcome, None)
            reason = Reason.DEAD_ADDRESS if outcome.suppress else Reason.REFUSED
            return Settled(DeliveryState.FAILED, reason, step=Step.REFUSED, words=outcome.reason)
        case Retry() if attempts < MAX_ATTEMPTS:
            return _later(outcome, now + (outcome.after or backoff(attempts)), in_doubt)
        case Retry() if not in_doubt:
            return Settled(DeliveryState.FAILED, Reason.GAVE_UP, step=Step.REFUSED, words=outcome.reason)
        case Unknown() if attempts < MAX_ATTEMPTS and resends(capability, urgency):
            return _doubt(outcome, now + backoff(attempts))
    return _doubt(outcome, None)


def _later(problem: SendProblem, when: datetime, in_doubt: bool, *, counted: bool = True) -> Settled:
    state = DeliveryState.UNKNOWN if in_doubt else DeliveryState.PENDING
    return Settled(state, Reason.TRY_AGAIN, when, counted=counted, step=Step.PUT_OFF, words=problem.reason)


def _doubt(problem: SendProblem, when: datetime | None) -> Settled:
    return Settled(DeliveryState.UNKNOWN, Reason.NO_ANSWER, when, step=Step.IN_DOUBT, words=problem.reason)


def resolvable(capabilities: Mapping[str, Carrier], urgency: str) -> list[str]:
    """The kinds whose deliveries in doubt are tried again by themselves, for the lease reaper."""
    return [kind for kind, capability in capabilities.items() if resends(capability, urgency)]
