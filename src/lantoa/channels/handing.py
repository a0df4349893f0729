"""One message to one address, now: for links and words that no ledger carries. Jobs with patience call it."""

from datetime import datetime

from asgiref.sync import async_to_sync

from lantoa.channels.contract import Accepted, Outcome, Outgoing, Rejected, Transport, outcome_of
from lantoa.channels.selectors import ready, ready_with, transport_for
from lantoa.channels.services import record_health


class NotHandedOver(Exception):
    """The channel could not take the message now; the worker tries again."""


def hand_over(channel: str, message: Outgoing, at: datetime, account_id: int | None = None) -> Accepted | Rejected:
    """Send by that account, else by one that takes this text; raises NotHandedOver where a later try may help."""
    named = ready(channel, at=at).filter(pk=account_id).first() if account_id else None
    account = named if account_id else ready_with(channel, message.text, at=at)
    if account is None:
        raise NotHandedOver(f"no {channel} account is ready")
    outcome = async_to_sync(_send)(transport_for(account), message)
    record_health(account_id=account.pk, outcome=outcome, at=at)
    if not isinstance(outcome, Accepted | Rejected):
        raise NotHandedOver(outcome.reason)
    return outcome


async def _send(transport: Transport, message: Outgoing) -> Outcome:
    async with transport:
        return await outcome_of(transport, message)
