"""One account's rate, shared by all workers on all machines: a token bucket in a row, in cost units.

The bucket holds at most one second's worth, so a rate of 20 a second is never 21 in the second that follows a rest.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from lantoa.channels.contract import Capability
from lantoa.channels.models import ChannelAccount


def rate_of(account: ChannelAccount, found: Capability) -> float:
    """Cost units a second this account may send; 0 for no limit."""
    return float(account.settings.get("rate_per_second") or found.rate_per_second or 0)


_FILL = """
INSERT INTO channels_accountpace AS p (account_id, tokens, at) VALUES (%(account)s, %(burst)s, %(at)s)
ON CONFLICT (account_id) DO UPDATE SET at = greatest(p.at, excluded.at), tokens = least(
    %(burst)s, p.tokens + %(rate)s * greatest(extract(epoch FROM excluded.at - p.at), 0))
RETURNING tokens
"""


def allowance(*, account_id: int, rate: float, at: datetime) -> float:
    """Return the units that may be sent now, perhaps none; holds the account's bucket until the transaction ends.

    A clock that was set back fills nothing and takes nothing away.
    """
    values: Mapping[str, Any] = {"account": account_id, "burst": max(rate, 1.0), "rate": rate, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_FILL, values)
        return float(cursor.fetchone()[0])


def pay(*, account_id: int, units: float) -> None:
    """Take units out of the bucket; it may go into debt, which the next ones wait for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channels_accountpace SET tokens = tokens - %s WHERE account_id = %s", [units, account_id]
        )


@transaction.atomic
def pay_ahead(*, account: ChannelAccount, found: Capability, units: float, at: datetime) -> None:
    """Charge what is sent at once, whatever the bucket holds: a reply outranks bulk, which then waits for it."""
    rate = rate_of(account, found)
    if rate:
        allowance(account_id=account.pk, rate=rate, at=at)
        pay(account_id=account.pk, units=units)
