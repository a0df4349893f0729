"""What people do with a broadcast: prepare, schedule, pause, resume, stop, try again, reach the missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from lantoa.audience.selectors import segment_criteria
from lantoa.kernel import audit, clock
from lantoa.kernel.access import AccessDenied, require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.events import emit
from lantoa.kernel.models import User
from lantoa.outreach.enums import BroadcastState, DeliveryState, Hold, Reason, Urgency
from lantoa.outreach.events import BroadcastFinished
from lantoa.outreach.models import Broadcast, MessageVersion, Purse
from lantoa.outreach.outlooks import label_of
from lantoa.outreach.press import facts_of
from lantoa.outreach.rules import PREPARE, RELEASE, right_to_release
from lantoa.outreach.services.chains import Step, as_chain
from lantoa.outreach.services.ending import empty
from lantoa.outreach.services.placement_ending import call_off
from lantoa.outreach.services.releasing import release
from lantoa.outreach.spread import NOWHERE, Spread, priority_of
from lantoa.outreach.texts import channels_of, publics_of
from lantoa.territory.selectors import reach_ids


class CannotChangeError(LantoaError):
    """The broadcast is not in a state that allows this; the message says what is possible."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a new broadcast needs beside its version: to whom, how, until when; its share of a channel that others use
    too, its budget in đồng, and the channels to fall back on, in order; and what is put at public outlets. One without
    channels is only put there, and needs no segment."""

    segment_id: int | None
    channels: Sequence[str]
    expires_at: datetime
    urgency: str = Urgency.ORDINARY
    title: str = ""
    weight: int = 10
    budget: int | None = None
    chain: Sequence[Step] = ()
    spread: Spread = NOWHERE


@transaction.atomic
def prepare(*, version: MessageVersion, plan: Plan, by: User, at: datetime) -> Broadcast:
    """Make a draft of a broadcast; the segment's criteria are frozen into it."""
    message = version.message
    require(by, PREPARE, unit_id=message.unit_id, at=at)
    _check_channels(version, plan.channels, publics=plan.spread.kinds)
    _check_spread(version, plan)
    if plan.expires_at <= at:
        raise CannotChangeError(_("The last hour to send must lie ahead."))
    row = Broadcast.objects.create(
        version=version, title=plan.title or message.title, unit_id=message.unit_id, agency_id=message.agency_id,
        segment_id=plan.segment_id, criteria=_criteria(plan), purpose=message.purpose, placing=plan.spread.as_json(),
        channels=list(plan.channels), urgency=plan.urgency, expires_at=plan.expires_at, created_by=by, created_at=at,
        weight=plan.weight, chain=as_chain(plan.chain, channels=plan.channels),
    )  # fmt: skip
    if plan.budget is not None:
        Purse.objects.create(broadcast=row, limit=plan.budget)
    facts = {"segment": plan.segment_id, "weight": plan.weight, "budget": plan.budget, "chain": row.chain}
    facts |= {"placing": row.placing} if row.placing else {}
    _record("prepared", row, by=by, at=at, channels=list(plan.channels), **facts)
    approve_drafts(sha256=version.sha256, subject=message.subject, at=at)
    row.refresh_from_db()
    return row


def _criteria(plan: Plan) -> dict[str, Any]:
    """The segment's criteria; nobody's when nobody is sent to."""
    if not plan.channels:
        return {}
    if plan.segment_id is None:
        raise CannotChangeError(_("Choose an audience for the channels that write to persons."))
    return segment_criteria(plan.segment_id).as_json()


def _check_spread(version: MessageVersion, plan: Plan) -> None:
    unit_id = plan.spread.unit_id
    if unit_id is not None and not reach_ids(version.message.unit_id, on=clock.today()).filter(pk=unit_id).exists():
        raise CannotChangeError(_("The outlets chosen lie outside the unit that this message speaks for."))
    if plan.spread.starts_at is not None and plan.spread.starts_at >= plan.expires_at:
        raise CannotChangeError(_("The outlets would begin after the last hour to send. Choose an earlier hour."))
    embargo = facts_of(version.content).embargo_until
    if plan.spread.kinds and embargo is not None and embargo >= plan.expires_at:
        raise CannotChangeError(_("The embargo ends after the last hour to send. Give it more days to try."))


def _check_channels(version: MessageVersion, channels: Sequence[str], *, publics: Sequence[str] = ()) -> None:
    written = [*channels_of(version.content), *publics_of(version.content)]
    missing = [kind for kind in (*channels, *publics) if kind not in written]
    if not channels and not publics:
        raise CannotChangeError(_("Choose at least one channel."))
    if missing:
        names = ", ".join(label_of(kind) for kind in missing)
        raise CannotChangeError(_("This message has no text for: %(channels)s.") % {"channels": names})


@transaction.atomic
def schedule(*, broadcast: Broadcast, send_at: datetime, by: User, at: datetime) -> Broadcast:
    """Have an approved broadcast released at an hour, in the name of who schedules it; the right is asked twice."""
    row = _locked(broadcast)
    require(by, right_to_release(row), unit_id=row.unit_id, at=at)
    if row.state != BroadcastState.APPROVED:
        raise CannotChangeError(_("Only an approved broadcast that has not gone out can be scheduled."))
    if not at < send_at < row.expires_at:
        raise CannotChangeError(_("Choose an hour ahead, before the last hour to send."))
    row.scheduled_for, row.scheduled_by = send_at, by
    row.save(update_fields=["scheduled_for", "scheduled_by"])
    facts = {"urgency": row.urgency} | ({"priority": priority_of(row).value} if row.placing else {})
    _record("scheduled", row, by=by, at=at, send_at=send_at.isoformat(), **facts)
    return row


@transaction.atomic
def unschedule(*, broadcast: Broadcast, by: User, at: datetime) -> Broadcast:
    """Take the hour back: it stays approved and waits for a person again. Refused once it has gone out."""
    row = _locked(broadcast)
    require(by, RELEASE, unit_id=row.unit_id, at=at)
    if row.state != BroadcastState.APPROVED or row.scheduled_for is None:
        raise CannotChangeError(_("No hour is set any more; it has gone out or was never set."))
    row.scheduled_for = row.scheduled_by = None
    row.save(update_fields=["scheduled_for", "scheduled_by"])
    _record("unscheduled", row, by=by, at=at)
    return row


def release_due(*, at: datetime) -> list[int]:
    """Release every scheduled broadcast whose hour has come; returns their ids.

    One that may not go out stays, unscheduled, with its reason on record.
    """
    released: list[int] = []
    for row in Broadcast.objects.due(at).select_related("scheduled_by").order_by("scheduled_for"):
        if row.scheduled_by is None:
            continue
        try:
            release(broadcast=row, by=row.scheduled_by, at=at)
            released.append(row.pk)
        except (LantoaError, AccessDenied) as problem:
            Broadcast.objects.filter(pk=row.pk, state=BroadcastState.APPROVED).update(scheduled_for=None)
            _record("not_released", row, by=row.scheduled_by, at=at, reason=str(problem))
    return released


@transaction.atomic
def pause(*, broadcast: Broadcast, by: User | None, at: datetime, reason: str = "") -> Broadcast:
    """Stop claiming; what is on the wire comes home. When this returns, no delivery is claimed any more."""
    return _move(broadcast, BroadcastState.PAUSED, "paused", by=by, at=at, reason=reason)


@transaction.atomic
def resume(*, broadcast: Broadcast, by: User, at: datetime) -> Broadcast:
    """Let a paused broadcast run on."""
    return _move(broadcast, BroadcastState.RUNNING, "resumed", by=by, at=at)


@transaction.atomic
def set_budget(*, broadcast: Broadcast, limit: int | None, by: User, at: datetime) -> Broadcast:
    """Give a broadcast a budget in đồng, or take the limit away; never below what is spent. It does not run on by
    itself: whoever raises the budget resumes it."""
    row = _locked(broadcast)
    require(by, RELEASE, unit_id=row.unit_id, at=at)
    purse = Purse.objects.select_for_update().filter(broadcast=row).first()
    if limit is not None and purse is not None and limit < purse.spent:
        raise CannotChangeError(_("%(spent)s đồng are spent already; set at least that.") % {"spent": purse.spent})
    if limit is None:
        Purse.objects.filter(broadcast=row).delete()
    else:
        Purse.objects.update_or_create(broadcast=row, defaults={"limit": limit})
    _record("budget_set", row, by=by, at=at, limit=limit)
    return row


@transaction.atomic
def set_weight(*, broadcast: Broadcast, weight: int, by: User, at: datetime) -> Broadcast:
    """Change a broadcast's share of the channels it uses together with others, from 1 to 100."""
    row = _locked(broadcast)
    require(by, RELEASE, unit_id=row.unit_id, at=at)
    if not 1 <= weight <= 100:
        raise CannotChangeError(_("A share is a number from 1 to 100."))
    row.weight = weight
    row.save(update_fields=["weight"])
    _record("weighed", row, by=by, at=at, weight=weight)
    return row


@transaction.atomic
def cancel(*, broadcast: Broadcast, by: User, at: datetime) -> Broadcast:
    """Stop for good: whoever waits is not sent to; what is on the wire comes home and is counted."""
    row = _move(broadcast, BroadcastState.CANCELLED, "cancelled", by=by, at=at)
    empty([row.pk], state=DeliveryState.SUPPRESSED, reason=Reason.CANCELLED)
    call_off([row.pk], at=at)
    row.finished_at = at
    row.save(update_fields=["finished_at"])
    emit(BroadcastFinished(row.pk, "cancelled"))
    return row


def _move(
    broadcast: Broadcast, to: BroadcastState, verb: str, *, by: User | None, at: datetime, reason: str = ""
) -> Broadcast:
    row = _locked(broadcast)
    if by is not None:
        require(by, RELEASE, unit_id=row.unit_id, at=at)
    before = {
        BroadcastState.PAUSED: {BroadcastState.RUNNING},
        BroadcastState.RUNNING: {BroadcastState.PAUSED},
        BroadcastState.CANCELLED: set(BroadcastState) - {BroadcastState.DONE, BroadcastState.CANCELLED},
    }[to]
    if row.state not in before:
        raise CannotChangeError(_("This broadcast is “%(state)s” now.") % {"state": row.get_state_display()})
    row.state, row.held_for = to, Hold(reason) if reason in Hold.values else Hold.NONE
    row.save(update_fields=["state", "held_for"])
    _record(verb, row, by=by, at=at, **({"reason": reason} if reason else {}))
    return row


_RETRY_HISTORY = """
INSERT INTO outreach_deliveryattempt (delivery_id, attempt, step, account_id, reason, at)
SELECT d.id, d.attempt, 'retry', d.account_id, '', %(at)s
FROM outreach_delivery d JOIN outreach_broadcast b ON b.id = d.broadcast_id AND b.month = d.month
WHERE b.id = %(id)s AND NOT d.moved_on AND d.channel <> 'visit' AND (
    d.state = 'failed' AND d.reason = ANY(%(reasons)s)
    OR d.state = 'unknown' AND %(doubtful)s
        AND NOT EXISTS (SELECT 1 FROM outreach_outbox o WHERE o.delivery_id = d.id))
RETURNING delivery_id
"""
_RETRY = """
WITH again AS (
    UPDATE outreach_delivery d SET reason = 'by_hand', attempts = 0,
        generation = d.generation + (d.state = 'failed')::int,
        state = CASE WHEN d.state = 'failed' THEN 'pending' ELSE d.state END
    FROM outreach_broadcast b
    WHERE b.id = %(id)s AND d.month = b.month AND d.id = ANY(%(ids)s) AND d.state IN ('failed', 'unknown')
    RETURNING d.id, d.month, d.broadcast_id, d.channel
)
INSERT INTO outreach_outbox (delivery_id, month, broadcast_id, channel, not_before, attempts, reserved, reason)
SELECT id, month, broadcast_id, channel, %(at)s, 0, 0, 'by_hand' FROM again
"""


@transaction.atomic
def retry_failed(*, broadcast: Broadcast, by: User, at: datetime, doubtful: bool = False) -> int:
    """Try again those that failed although their address is good; with `doubtful` also those left in doubt, accepting
    that some may get it twice. Returns how many are due again."""
    row = _locked(broadcast)
    require(by, RELEASE, unit_id=row.unit_id, at=at)
    if row.state not in (BroadcastState.RUNNING, BroadcastState.PAUSED, BroadcastState.DONE) or row.expires_at <= at:
        raise CannotChangeError(_("This broadcast is over. Reach those who were missed with a new one."))
    values: dict[str, Any] = {
        "id": row.pk,
        "at": at,
        "reasons": ["refused", "gave_up", "not_delivered"],
        "doubtful": doubtful,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RETRY_HISTORY, values)
        ids = [found[0] for found in cursor.fetchall()]
        cursor.execute(_RETRY, {"id": row.pk, "ids": ids, "at": at})
        count = int(cursor.rowcount)
    if count and row.state == BroadcastState.DONE:
        row.state, row.finished_at = BroadcastState.RUNNING, None
        row.save(update_fields=["state", "finished_at"])
    _record("retried", row, by=by, at=at, deliveries=count, doubtful=doubtful)
    return count


@transaction.atomic
def reach_missed(
    *, broadcast: Broadcast, channels: Sequence[str], by: User, at: datetime, expires_at: datetime
) -> Broadcast:
    """Release a child broadcast to those this one missed who agreed to another address on these channels."""
    parent = _locked(broadcast)
    require(by, RELEASE, unit_id=parent.unit_id, at=at)
    _check_channels(parent.version, channels)
    child = Broadcast.objects.create(
        version=parent.version, title=parent.title, unit_id=parent.unit_id, agency_id=parent.agency_id,
        segment_id=parent.segment_id, criteria={"missed_of": parent.pk}, parent=parent, purpose=parent.purpose,
        channels=list(channels), urgency=parent.urgency, expires_at=expires_at, created_by=by, created_at=at,
    )  # fmt: skip
    _record("prepared", child, by=by, at=at, channels=list(channels), missed_of=parent.pk)
    return release(broadcast=child, by=by, at=at)


_APPROVE = """
UPDATE outreach_broadcast b SET state = 'approved' FROM outreach_messageversion v, approvals_in_force a
WHERE v.id = b.version_id AND b.state = 'draft' AND v.sha256 = %s AND 'outreach.message:' || v.message_id = %s
    AND a.subject = 'outreach.message:' || v.message_id AND a.sha256 = v.sha256
RETURNING b.id
"""


@transaction.atomic
def approve_drafts(*, subject: str, sha256: str, at: datetime) -> list[int]:
    """Move drafts of exactly this approved content to approved; returns their ids."""
    with connection.cursor() as cursor:
        cursor.execute(_APPROVE, [sha256, subject])
        return [row[0] for row in cursor.fetchall()]


@transaction.atomic
def hold_unapproved(*, subject: str, sha256: str, at: datetime) -> None:
    """The approval was revoked: what waits to go out goes back to draft, what runs is paused. (The claim asks, too.)"""
    rows = Broadcast.objects.filter(version__sha256=sha256, version__message_id=int(subject.rpartition(":")[2]))
    for row in rows.filter(state=BroadcastState.RUNNING):
        pause(broadcast=row, by=None, at=at, reason=Hold.APPROVAL)
    rows.filter(state=BroadcastState.APPROVED).update(state=BroadcastState.DRAFT, scheduled_for=None)


def _locked(broadcast: Broadcast) -> Broadcast:
    rows = Broadcast.objects.select_for_update(of=("self",)).select_related("version", "version__message")
    return rows.get(pk=broadcast.pk)


def _record(verb: str, row: Broadcast, *, by: User | None, at: datetime, **facts: object) -> None:
    audit.record(f"outreach.broadcast_{verb}", by=by, at=at, subject=f"outreach.broadcast:{row.pk}", facts=facts)
