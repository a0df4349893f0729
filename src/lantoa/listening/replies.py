"""Replies on the citizen's own channel: intent is committed before the wire is touched."""

from datetime import datetime

from asgiref.sync import async_to_sync
from django.db import transaction
from django.utils.translation import gettext as _

from lantoa.audience.selectors import vault_addresses
from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    Outcome,
    Outgoing,
    Rejected,
    Retry,
    Throttled,
    Transport,
    outcome_of,
)
from lantoa.channels.models import ChannelAccount
from lantoa.channels.selectors import ready, transport_for
from lantoa.channels.services import record_health
from lantoa.kernel.errors import LantoaError
from lantoa.listening.enums import ReplyState
from lantoa.listening.models import CaseReply


class ReplyWaits(LantoaError):
    """The channel cannot take the reply now; the job tries again."""


def send_reply(*, reply_id: int, at: datetime) -> ReplyState:
    """Send one reply and keep how it ended.

    A reply found `sending` was cut off on the wire: it becomes `unknown` and is shown to the officer, because the
    citizen may have it already. Raises `ReplyWaits` while the channel is down, leaving the reply pending.
    """
    with transaction.atomic():
        reply = CaseReply.objects.select_for_update().get(pk=reply_id)
        if reply.state == ReplyState.SENDING:
            return _keep(reply, ReplyState.UNKNOWN, at, reason="cut off")
        if reply.state != ReplyState.PENDING:
            return ReplyState(reply.state)
        account = ready(reply.channel, at=at).first()
        address = vault_addresses([reply.address_id]).get(reply.address_id)
        if address is None or not address.value:
            return _keep(reply, ReplyState.FAILED, at, reason="erased")
        if account is None:
            raise ReplyWaits(_("No %(channel)s account is ready to send.") % {"channel": reply.channel})
        _keep(reply, ReplyState.SENDING, at)
    outgoing = Outgoing(key=f"reply-{reply.pk}", address=address.value, text=reply.text, subject=_("Your question"))
    state = _settle(reply, account, async_to_sync(_send)(transport_for(account), outgoing), at)
    if state == ReplyState.PENDING:
        raise ReplyWaits(_("The %(channel)s account asks to wait.") % {"channel": reply.channel})
    return state


async def _send(transport: Transport, outgoing: Outgoing) -> Outcome:
    async with transport:
        return await outcome_of(transport, outgoing)


@transaction.atomic
def _settle(reply: CaseReply, account: ChannelAccount, outcome: Outcome, at: datetime) -> ReplyState:
    record_health(account_id=account.pk, outcome=outcome, at=at)
    match outcome:
        case Accepted(provider_id=provider_id):
            reply.provider_id = provider_id
            return _keep(reply, ReplyState.ACCEPTED, at)
        case Rejected(reason=reason):
            return _keep(reply, ReplyState.FAILED, at, reason=reason)
        case Retry() | Throttled() | AccountProblem():
            return _keep(reply, ReplyState.PENDING, at, reason=outcome.reason)
    return _keep(reply, ReplyState.UNKNOWN, at, reason=outcome.reason)


def _keep(reply: CaseReply, state: ReplyState, at: datetime, *, reason: str = "") -> ReplyState:
    reply.state, reply.reason, reply.changed_at = state, reason[:120], at
    reply.save(update_fields=["state", "reason", "changed_at", "provider_id"])
    return state
