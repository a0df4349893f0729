"""Reading what came in: stored requests become events, each once, and one person's in the order they came."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.text import Truncator
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from lantoa.channels import registry
from lantoa.channels.events import (
    AddressDead,
    FileNamed,
    MessageRefused,
    OutletSeen,
    PlacingProgressed,
    ReceiptReceived,
    ReceiptsReceived,
    SubscriptionChanged,
    TextReceived,
)
from lantoa.channels.files.services import name_files
from lantoa.channels.inbound import (
    INCOMPLETE,
    DeadEnd,
    Inbound,
    Part,
    Progress,
    Receipt,
    Received,
    Refusal,
    Seen,
    Subscription,
    Text,
    Unreadable,
)
from lantoa.channels.models import InboundEvent
from lantoa.channels.selectors import account_beside
from lantoa.channels.services import store_inbound
from lantoa.channels.wire import clean
from lantoa.kernel.events import emit

AILING = timedelta(minutes=5)
"""How long an account that needs a person is left alone before it is tried again."""

READ_AT_ONCE = 500


@transaction.atomic
def read_waiting(*, at: datetime, limit: int = READ_AT_ONCE) -> int:
    """Turn the oldest stored requests into events, each once; returns how many requests were read.

    The request itself is the queue: a worker that dies here leaves it waiting. One worker at a time reads an account,
    and what one person sent is told in the order it was stored. All receipts of one reading are one event. An
    unreadable request is kept with the reason.
    """
    waiting = InboundEvent.objects.filter(processed_at__isnull=True, account__in=_accounts_to_read()).order_by("pk")
    rows = list(waiting.select_for_update(of=("self",))[:limit])
    told = [_event(row, one, at) for row in rows for one in _said(row, at)]
    receipts = [asdict(event) for event in told if isinstance(event, ReceiptReceived)]
    if receipts:
        emit(ReceiptsReceived(receipts))
    for event in told:
        if not isinstance(event, ReceiptReceived):
            emit(event, in_order_of=f"{event.kind}:{event.account_id}:{_whose(event)}")
    for row in rows:
        row.processed_at = at
    InboundEvent.objects.bulk_update(rows, ["processed_at", "error"])
    return len(rows)


type Said = Receipt | Subscription | Text | Seen | Progress | DeadEnd | Refusal
type Told = (
    ReceiptReceived | SubscriptionChanged | TextReceived | OutletSeen | PlacingProgressed | AddressDead | MessageRefused
)


def _said(row: InboundEvent, at: datetime) -> list[Said]:
    """What a request tells; a part of a long text tells nothing until the last one is there."""
    said: list[Said] = []
    for one in _read(row):
        if isinstance(one, Part):
            _join(row, one, at)
        else:
            said.append(one)
    return said


def _join(row: InboundEvent, part: Part, at: datetime) -> None:
    """Store the whole text, once, when all its parts are stored: it is then read like any other request.

    Whichever part is read last sees the others, whoever stored or read them. Until then a job waits for the day when
    those that came are read without the rest.
    """
    parts = _stored(row, part)
    if len(parts) == part.total:
        _store_whole(row, part, parts, at, row.headers)
        return
    with suppress(AlreadyEnqueued), transaction.atomic():
        wait = app.configure_task(
            name="channels.read_parts", queue="events", schedule_at=row.received_at + part.within,
            queueing_lock=f"parts-{row.account_id}-{part.group}",
        )  # fmt: skip
        wait.defer(inbound_id=row.pk)


@transaction.atomic
def read_parts(*, inbound_id: int, at: datetime) -> None:
    """Store what came of a long text whose other parts are overdue, marked so, unless it was read whole meanwhile."""
    row = InboundEvent.objects.select_for_update(of=("self",)).get(pk=inbound_id)
    for part in _read(row):
        if isinstance(part, Part) and row.received_at + part.within <= at and not _read_whole(row, part):
            _store_whole(row, part, _stored(row, part), at, {**row.headers, INCOMPLETE: "1"})


def _stored(row: InboundEvent, part: Part) -> dict[int, bytes]:
    """The stored parts of one text by their numbers."""
    known = _near(row, part, Part.name(part.group)).order_by("pk")
    return {int(found.provider_event_id.split(":")[2]): bytes(found.raw) for found in known}


def _read_whole(row: InboundEvent, part: Part) -> bool:
    return _near(row, part, f"whole:{part.group}:").exists()


def _near(row: InboundEvent, part: Part, name: str) -> QuerySet[InboundEvent]:
    return InboundEvent.objects.filter(
        account=row.account_id, provider_event_id__startswith=name,
        received_at__gt=row.received_at - part.within, received_at__lt=row.received_at + part.within,
    )  # fmt: skip


def _store_whole(
    row: InboundEvent, part: Part, parts: Mapping[int, bytes], at: datetime, headers: Mapping[str, str]
) -> None:
    body = b"".join(parts[number] for number in sorted(parts))
    event_id = f"whole:{part.group}:{sha256(body).hexdigest()}"
    received = Received(body=body, headers=headers, query=row.query)
    store_inbound(account=row.account, event_id=event_id, received=received, at=at)


_READ = """
SELECT id FROM channels_channelaccount a WHERE EXISTS (
    SELECT 1 FROM channels_inboundevent e WHERE e.account_id = a.id AND e.processed_at IS NULL)
AND pg_try_advisory_xact_lock(%s, id::int)
"""
_READING = 0x6C61  # the class of this room's advisory locks


def _accounts_to_read() -> list[int]:
    """The accounts with something to read that nobody else reads; ours until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [_READING])
        return [row[0] for row in cursor.fetchall()]


def _whose(event: Told) -> str:
    """Whom an event is about: events of the same are told one after the other."""
    if isinstance(event, AddressDead | MessageRefused | ReceiptReceived | PlacingProgressed):
        return event.key
    return event.place if isinstance(event, OutletSeen) else event.sender


def _read(row: InboundEvent) -> list[Inbound]:
    reader = registry.reader(row.kind)
    if reader is None:
        return []
    try:
        return reader.read(Received(body=bytes(row.raw), headers=row.headers, query=row.query))
    except Unreadable as problem:
        row.error = Truncator(clean(str(problem), 400)).chars(200)
        return []


def _event(row: InboundEvent, one: Said, at: datetime) -> Told:
    account_id, kind, inbound_id = row.account_id, registry.channel_of(row.kind), row.pk
    occurred_at = (one.occurred_at or row.received_at).isoformat()
    match one:
        case Receipt():
            if one.kind and one.kind != kind:
                beside = account_beside(account_id, one.kind)
                account_id, kind = (beside.pk, one.kind) if beside else (account_id, kind)
            return ReceiptReceived(account_id, kind, one.provider_id, one.key, one.state.value, occurred_at, inbound_id)
        case Subscription():
            return SubscriptionChanged(
                account_id, kind, one.sender, one.following, occurred_at, inbound_id, token=one.token
            )
        case Text():
            said, reference = (one.sender, one.text, one.message_id), f"{kind}:{account_id}:{one.message_id}"
            named = name_files(inbound=row, reference=reference, parts=one.files, at=at) if one.files else []
            for file_id in named:
                emit(FileNamed(file_id))
            return TextReceived(account_id, kind, *said, occurred_at, inbound_id, one.answers, len(named))
        case DeadEnd():
            return AddressDead(account_id, kind, one.key, occurred_at, inbound_id)
        case Refusal():
            return MessageRefused(account_id, kind, one.key, occurred_at, inbound_id)
        case Seen():
            told_at = one.told_at.isoformat() if one.told_at else ""
            return OutletSeen(account_id, kind, one.place, one.online, occurred_at, told_at, inbound_id)
        case Progress():
            word = (one.word, one.seconds, one.reason)
            return PlacingProgressed(account_id, kind, one.place, one.key, *word, occurred_at, inbound_id)
