"""Looking into mailboxes: one worker at a time for each account, everything stored before the mark moves on."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from psycopg.types.json import Jsonb

from lantoa.channels import registry
from lantoa.channels.collecting import Batch, Collector, CollectProblem
from lantoa.channels.models import ChannelAccount, InboxMark
from lantoa.channels.sealing import SealBrokenError
from lantoa.channels.services import store_inbound
from lantoa.channels.wire import clean

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""How long a worker may be silent before another looks into its mailbox: longer than one batch ever takes."""
LONGEST_REST = timedelta(minutes=10)
"""How long at most a mailbox in trouble is left alone."""

_BEGIN = """
INSERT INTO channels_inboxmark (account_id, mark, due_at, failures, error)
SELECT unnest(%s::bigint[]), '{}', %s, 0, '' ON CONFLICT DO NOTHING
"""

_TAKE = """
UPDATE channels_inboxmark SET lease_until = %(until)s WHERE account_id = (
    SELECT account_id FROM channels_inboxmark
    WHERE account_id = ANY(%(ids)s) AND due_at <= %(at)s AND (lease_until IS NULL OR lease_until <= %(at)s)
    ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING account_id, mark
"""

_MOVE = """
UPDATE channels_inboxmark SET mark = %s, lease_until = %s WHERE account_id = %s AND lease_until = %s
"""


def collect_due(*, at: datetime) -> int | None:
    """Look into the mailbox that has waited longest; returns how many things were new, None when none is due.

    A mailbox that cannot be read rests, twice as long each time, and its page says why.
    """
    accounts = _with_mailbox()
    until = at + LEASE
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_BEGIN, [list(accounts), at])
        cursor.execute(_TAKE, {"until": until, "at": at, "ids": list(accounts)})
        row = cursor.fetchone()
    if row is None:
        return None
    account = accounts[row[0]]
    collector = registry.channel(account.kind).collector
    if collector is None:
        return None
    return _look(account, collector, until)


def _with_mailbox() -> dict[int, ChannelAccount]:
    kinds = {kind: channel.collector for kind, channel in registry.channels().items() if channel.collector}
    found = ChannelAccount.objects.filter(kind__in=kinds, enabled=True)
    return {account.pk: account for account in found if kinds[account.kind].wanted(account.settings)}


def _look(account: ChannelAccount, collector: Collector, until: datetime) -> int:
    new, mark = 0, InboxMark.objects.values_list("mark", flat=True).get(pk=account.pk)
    try:
        for batch in collector.collect(account.settings, account.secrets(), mark):
            stored, held = _store(account, batch, until)
            new += stored
            if held is None:  # too slow: another worker reads on
                return new
            until = held
    except CollectProblem as problem:
        _leave(account, problem.reason)
        return new
    except SealBrokenError:
        _leave(account, _("the stored secrets cannot be read; enter them again"))
        return new
    now = timezone.now()
    InboxMark.objects.filter(pk=account.pk).update(
        due_at=now + collector.pause(account.settings), lease_until=None, looked_at=now, failures=0, error=""
    )
    return new


@transaction.atomic
def _store(account: ChannelAccount, batch: Batch, until: datetime) -> tuple[int, datetime | None]:
    """Store a batch and move the mark in one transaction; the new lease is None when ours was lost meanwhile."""
    now = timezone.now()
    stored = [
        store_inbound(account=account, event_id=one.event_id, received=one.received, at=now) for one in batch.found
    ]
    values: list[Any] = [Jsonb(dict(batch.mark)), now + LEASE, account.pk, until]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, values)
        held = now + LEASE if cursor.rowcount else None
    return sum(one is not None for one in stored), held


def _leave(account: ChannelAccount, reason: str) -> None:
    now, known = timezone.now(), InboxMark.objects.get(pk=account.pk)
    rest = min(timedelta(seconds=15) * 2 ** min(known.failures, 10), LONGEST_REST)
    InboxMark.objects.filter(pk=account.pk).update(
        due_at=now + rest, lease_until=None, failures=known.failures + 1, error=clean(reason, 300)
    )
    logger.warning("the mailbox of account %s cannot be read: %s", account.pk, reason)
