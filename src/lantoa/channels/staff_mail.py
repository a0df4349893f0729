"""A word to a member of staff by e-mail, outside every ledger: a courtesy, the desk says it in any case."""

from datetime import datetime

from asgiref.sync import async_to_sync

from lantoa.channels.contract import Accepted, AccountProblem, Outcome, Outgoing, Transport, outcome_of
from lantoa.channels.selectors import ready, transport_for
from lantoa.channels.services import record_health
from lantoa.kernel.models import User


def write_to(person: User, *, key: str, subject: str, text: str, at: datetime) -> bool:
    """Send one mail; False when nobody can be written to, no account can send, or the relay did not take it."""
    account = ready("email", at=at).first()
    if account is None or not person.email or not person.is_active:
        return False
    mail = Outgoing(key=key, address=person.email, text=text, subject=subject, html="", language="vi")
    try:
        outcome: Outcome = async_to_sync(_send)(transport_for(account), mail)
    except AccountProblem as problem:
        outcome = problem
    record_health(account_id=account.pk, outcome=outcome, at=at)
    return isinstance(outcome, Accepted)


async def _send(transport: Transport, message: Outgoing) -> Outcome:
    async with transport:
        return await outcome_of(transport, message)
