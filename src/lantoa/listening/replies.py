"""Replies on the citizen's own channel: intent is committed before the wire is touched.

`claim` → the wire → `settle`. A worker may die anywhere between: the claim's lease runs out, and the next look finds a
reply in doubt. What then happens is for the account to say that may have sent it: a provider that drops a repeat of the
same key is sent it again, one that can be asked is asked, no other account is tried, and else the reply stays unknown
and is shown to the officer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asgiref.sync import async_to_sync
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lantoa.audience.selectors import vault_addresses
from lantoa.channels import registry
from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    Capability,
    Idempotency,
    Outcome,
    Outgoing,
    Rejected,
    Retry,
    SendProblem,
    Throttled,
    Transport,
    outcome_of,
)
from lantoa.channels.events import ReceiptReceived
from lantoa.channels.inbound import ReceiptState
from lantoa.channels.models import ChannelAccount
from lantoa.channels.pacing import pay_ahead
from lantoa.channels.selectors import again_through, ready, ready_with, settles_doubt, transport_for, window_of
from lantoa.channels.services import record_health
from lantoa.kernel.clock import local
from lantoa.kernel.languages import spoken
from lantoa.listening.enums import ReplyState
from lantoa.listening.models import CaseReply
from lantoa.listening.selectors import WayBack, way_back

LEASE = timedelta(minutes=2)
"""How long a claim holds; longer than any channel waits for an answer."""
AILING = timedelta(minutes=1)
"""How long a reply waits while no account of its channel can send."""
GIVE_UP = timedelta(days=3)
"""How long a reply is tried before a person is asked."""

OUR_KEY = re.compile(r"reply-(?P<number>[0-9]{1,18})")

CUT_OFF = gettext_noop("sending was interrupted")
ERASED = gettext_noop("the citizen's details were erased")
NO_ACCOUNT = gettext_noop("no account of this channel can send now")
QUIET = gettext_noop("the channel rests at this hour")
REPORTED = gettext_noop("the provider reports that it did not arrive")


@dataclass(frozen=True, slots=True)
class Claim:
    """A reply in this worker's hands; `in_doubt` when an earlier attempt may have arrived."""

    reply: CaseReply
    account: ChannelAccount
    outgoing: Outgoing
    in_doubt: bool


def send_reply(*, reply_id: int, at: datetime) -> CaseReply | None:
    """Send one reply if it is due and keep how it ended; None when there was nothing to do or nobody to ask."""
    held = claim(reply_id=reply_id, at=at)
    if held is None:
        return None
    return settle(held, _on_the_wire(held), at=at)


@transaction.atomic
def claim(*, reply_id: int, at: datetime) -> Claim | None:
    """Take a due reply to the wire, or say why it cannot go now: then it is put off, or done with."""
    reply = CaseReply.objects.select_for_update(of=("self",)).select_related("case").filter(pk=reply_id).first()
    if reply is None or reply.due_at is None or reply.due_at > at:
        return None
    in_doubt = reply.state != ReplyState.PENDING
    known = again_through(reply.channel, reply.account_id) if in_doubt else None
    if in_doubt and known is None:
        _keep(reply, ReplyState.UNKNOWN, at, reason=CUT_OFF)
        return None
    address = vault_addresses([reply.address_id]).get(reply.address_id)
    if address is None or not address.value:
        _keep(reply, _stuck(in_doubt), at, reason=ERASED)
        return None
    able, way = registry.answering(reply.channel), way_back(reply.case, reply.channel)
    outgoing = _outgoing(reply, address.value, able.capability.max_length, way.message_id)
    account = known or _account(able.capability, way, outgoing.text, at)
    if account is None or not account.may_send(at):
        _put_off(reply, at + AILING, at, in_doubt, reason=NO_ACCOUNT)
        return None
    window = window_of(account)
    if window is not None and local(at) not in window:
        _put_off(reply, window.next_open(local(at)), at, in_doubt, reason=QUIET)
        return None
    reply.attempts, reply.account_id = reply.attempts + 1, account.pk
    _keep(reply, ReplyState.SENDING, at, due_at=at + LEASE)
    units, found = able.units(outgoing.text), registry.answering(account.kind).capability
    pay_ahead(account=account, found=found, units=units, at=at)  # bulk waits for it, never the other way round
    return Claim(reply, account, outgoing, in_doubt)


def _account(able: Capability, way: WayBack, text: str, at: datetime) -> ChannelAccount | None:
    """The account to answer by: the one the citizen wrote to where their address holds at no other, else one that takes
    this text."""
    if able.bound:
        return ready(able.channel, at=at).filter(pk=way.account_id or 0).first()
    return ready_with(able.channel, text, at=at)


def _outgoing(reply: CaseReply, address: str, limit: int | None, answers: str) -> Outgoing:
    """The reply as the channel can carry it: one that is too long is cut and leads to the whole answer."""
    text = reply.text
    with translation.override(spoken(reply.case.language)):
        if limit is not None and len(text) > limit:
            rest = "… " + _("Read the rest at %(url)s") % {"url": reply.case.public_url}
            text = text[: limit - len(rest)].rstrip() + rest
        return Outgoing(
            key=reply.key, address=address, text=text, subject=_("Your question"), answers=answers,
            attempt=reply.attempts + 1,
        )  # fmt: skip


def _on_the_wire(held: Claim) -> Outcome:
    try:
        transport = transport_for(held.account)
    except AccountProblem as problem:
        return problem
    return async_to_sync(_exchange)(transport, held)


async def _exchange(transport: Transport, held: Claim) -> Outcome:
    async with transport:
        if held.in_doubt and transport.capability.idempotency is Idempotency.QUERY:
            try:
                found = await transport.resolve(held.outgoing, held.reply.provider_id)
            except SendProblem as problem:
                return problem
            if found is not None:
                return found
        return await outcome_of(transport, held.outgoing)


@transaction.atomic
def settle(held: Claim, outcome: Outcome, *, at: datetime) -> CaseReply:
    """Keep how an attempt ended. Fenced by the attempt: whoever lost the lease to another changes nothing."""
    record_health(account_id=held.account.pk, outcome=outcome, at=at)
    reply = CaseReply.objects.select_for_update().get(pk=held.reply.pk)
    if reply.attempts != held.reply.attempts or reply.state not in (ReplyState.SENDING, ReplyState.UNKNOWN):
        return reply
    match outcome:
        case Accepted(provider_id=provider_id, delivered=delivered):
            reply.provider_id = provider_id[:120]
            _keep(reply, ReplyState.DELIVERED if delivered else ReplyState.ACCEPTED, at)
        case Rejected(reason=reason):
            _keep(reply, ReplyState.FAILED, at, reason=reason)
        case Throttled():
            _put_off(reply, outcome.resume_at(at), at, held.in_doubt, reason=outcome.reason)
        case AccountProblem():
            _put_off(reply, at + AILING, at, held.in_doubt, reason=outcome.reason)
        case Retry(after=after):
            _put_off(reply, at + (after or _backoff(reply)), at, held.in_doubt, reason=outcome.reason)
        case _:
            _doubt(reply, held, at, reason=outcome.reason)
    return reply


def _doubt(reply: CaseReply, held: Claim, at: datetime, *, reason: str) -> None:
    """The message left and nobody answered: ask again where that cannot make a double, else leave it to a person."""
    if not settles_doubt(held.account):
        _keep(reply, ReplyState.UNKNOWN, at, reason=reason)
    else:
        _put_off(reply, at + _backoff(reply), at, True, reason=reason)


@transaction.atomic
def apply_receipts(receipts: Sequence[ReceiptReceived], *, at: datetime) -> list[CaseReply]:
    """Let providers' words move replies up; returns those that moved. One query when none is about a reply.

    A word on a reply in doubt is proof that the provider has it; one about anything else, or an old one, changes
    nothing.
    """
    numbers = [number for receipt in receipts if (number := _number(receipt.key)) is not None]
    providers = [receipt.provider_id for receipt in receipts if receipt.provider_id]
    ours = Q(pk__in=numbers) | Q(channel__in={receipt.kind for receipt in receipts}, provider_id__in=providers)
    found = list(CaseReply.objects.select_for_update().filter(ours).order_by("pk"))
    by_number = {reply.pk: reply for reply in found}
    by_provider = {reply.provider_id: reply for reply in found if reply.provider_id}
    moved = {}
    for receipt in receipts:
        reply = by_number.get(_number(receipt.key) or 0) or by_provider.get(receipt.provider_id)
        if reply is not None and _speaks_of(receipt, reply) and _moved_by(reply, receipt, at):
            moved[reply.pk] = reply
    return list(moved.values())


def _number(key: str) -> int | None:
    """Which reply a key of ours names."""
    found = OUR_KEY.fullmatch(key)
    return int(found["number"]) if found else None


def _speaks_of(receipt: ReceiptReceived, reply: CaseReply) -> bool:
    """Whether a word came by the account that carried the reply: two providers may use the same number."""
    return reply.channel == receipt.kind and reply.account_id in (None, receipt.account_id)


def _moved_by(reply: CaseReply, receipt: ReceiptReceived, at: datetime) -> bool:
    if reply.state in (ReplyState.PENDING, ReplyState.DELIVERED):
        return False
    if receipt.state in (ReceiptState.DELIVERED, ReceiptState.READ):
        _keep(reply, ReplyState.DELIVERED, at)
        return True
    if reply.state in (ReplyState.ACCEPTED, ReplyState.UNKNOWN):
        _keep(reply, ReplyState.FAILED, at, reason=REPORTED)
        return True
    return False


def _put_off(reply: CaseReply, when: datetime, at: datetime, in_doubt: bool, *, reason: str) -> None:
    if at - reply.wanted_at > GIVE_UP:
        _keep(reply, _stuck(in_doubt), at, reason=reason)
    else:
        state = ReplyState.UNKNOWN if in_doubt else ReplyState.PENDING
        _keep(reply, state, at, reason=reason, due_at=when)


def _stuck(in_doubt: bool) -> ReplyState:
    return ReplyState.UNKNOWN if in_doubt else ReplyState.FAILED


def _backoff(reply: CaseReply) -> timedelta:
    """15 s, 1, 4, 16 minutes, then an hour."""
    tried = min(max(reply.attempts - 1, 0), 10)
    return min(timedelta(seconds=15 * 4**tried), timedelta(hours=1))


def _keep(
    reply: CaseReply, state: ReplyState, at: datetime, *, reason: str = "", due_at: datetime | None = None
) -> None:
    reply.state, reply.reason, reply.changed_at, reply.due_at = state, reason[:120], at, due_at
    reply.save(update_fields=["state", "reason", "changed_at", "due_at", "attempts", "provider_id", "account_id"])
