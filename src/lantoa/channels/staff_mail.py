"""One plain e-mail to a person of the house, outside the ledger: reminders, never news."""

from datetime import datetime

from asgiref.sync import async_to_sync

from lantoa.channels.contract import Accepted, AccountProblem, Outcome, Outgoing, Transport, outcome_of
from lantoa.channels.selectors import ready, transport_for
from lantoa.channels.services import record_health
from lantoa.kernel.models import User


def write_to_staff(*, user: User, key: str, subject: str, text: str, at: datetime) -> bool:
    """Send it now through the account of e-mail that works; `key` names it to the relay (the same key, the same mail).

    False when nobody can be written to, or the relay did not take it: the desk says it in any case.
    """
    account = ready("email", at=at).first()
    if account is None or not user.email or not user.is_active:
        return False
    mail = Outgoing(key=key, address=user.email, text=text, subject=subject, html="", language="vi")
    try:
        outcome: Outcome = async_to_sync(_send)(transport_for(account), mail)
    except AccountProblem as problem:
        outcome = problem
    record_health(account_id=account.pk, outcome=outcome, at=at)
    return isinstance(outcome, Accepted)


async def _send(transport: Transport, message: Outgoing) -> Outcome:
    async with transport:
        return await outcome_of(transport, message)
