"""Receipts: kept once, applied upward only, parked until the delivery they speak of is in its place."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from lantoa.channels.events import ReceiptReceived
from lantoa.outreach.enums import RANK, DeliveryState, Reason, ReceiptStatus, Step
from lantoa.outreach.keys import parse_key
from lantoa.outreach.models import Delivery, DeliveryAttempt, ParkedReceipt

SEARCHED = timedelta(days=3)
"""How long a receipt without its delivery is looked for again; it is kept for ever."""

_PARK = """
INSERT INTO outreach_parkedreceipt
    (inbound_id, account_id, kind, provider_id, key, state, occurred_at, received_at, status, delivery_id)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'parked', %s)
ON CONFLICT (inbound_id, provider_id, key, state) DO NOTHING RETURNING id
"""


@transaction.atomic
def take_receipt(event: ReceiptReceived, *, at: datetime) -> bool:
    """Keep a receipt and apply it if its delivery is known and in place; False when it was kept before."""
    named = _by_key(event.key)
    occurred = datetime.fromisoformat(event.occurred_at)
    values: list[Any] = [
        event.inbound_id,
        event.account_id,
        event.kind,
        event.provider_id[:100],
        event.key[:64],
        event.state,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_PARK, [*values, occurred, at, named])
        row = cursor.fetchone()
    if row is None:
        return False
    _apply(ParkedReceipt.objects.get(pk=row[0]))
    return True


def _by_key(key: str) -> int | None:
    """The delivery a key names, when it is one of ours."""
    if (parts := parse_key(key)) is None:
        return None
    return Delivery.objects.filter(pk=parts[1], broadcast__key=parts[0]).values_list("pk", flat=True).first()


@transaction.atomic
def apply_waiting(*, delivery_ids: Sequence[int], provider_ids: Sequence[str]) -> int:
    """Apply the receipts that came before these deliveries were in place; returns how many."""
    ours = Q(delivery_id__in=list(delivery_ids))
    if provider_ids:
        ours |= Q(provider_id__in=list(provider_ids))
    waiting = ParkedReceipt.objects.filter(ours, status=ReceiptStatus.PARKED)
    return _apply_all(waiting.order_by("pk").select_for_update(skip_locked=True))


@transaction.atomic
def sweep_receipts(*, at: datetime, limit: int = 500) -> int:
    """Look again for the deliveries of parked receipts: one committed while the other was being parked."""
    waiting = ParkedReceipt.objects.filter(status=ReceiptStatus.PARKED, received_at__gt=at - SEARCHED)
    return _apply_all(waiting.order_by("-received_at")[:limit].select_for_update(skip_locked=True))


def _apply_all(receipts: Iterable[ParkedReceipt]) -> int:
    return sum(_apply(receipt) for receipt in receipts)


def _find(receipt: ParkedReceipt) -> Delivery | None:
    rows = Delivery.objects.select_for_update()
    if receipt.delivery_id is not None:
        return rows.get(pk=receipt.delivery_id)
    if not receipt.provider_id:
        return None
    found = rows.filter(provider_id=receipt.provider_id, channel=receipt.kind, account_id=receipt.account_id)
    return found.order_by("pk").first()


def _apply(receipt: ParkedReceipt) -> bool:
    """Raise the delivery to the receipt's word, or find that it says nothing new, or leave it parked."""
    delivery = _find(receipt)
    if delivery is None or delivery.state in (DeliveryState.PENDING, DeliveryState.SENDING):
        return False
    receipt.delivery_id = delivery.pk
    receipt.status = ReceiptStatus.APPLIED if _raise(delivery, receipt) else ReceiptStatus.MOOT
    receipt.save(update_fields=["delivery_id", "status"])
    return True


def _raise(delivery: Delivery, receipt: ParkedReceipt) -> bool:
    if delivery.state in (DeliveryState.SUPPRESSED, DeliveryState.EXPIRED):
        return False
    if RANK[receipt.state] <= RANK.get(delivery.state, 0) or _is_of_the_past(delivery, receipt):
        return False
    when = receipt.occurred_at
    delivery.state, delivery.not_before = receipt.state, None
    delivery.reason = Reason.NOT_DELIVERED if receipt.state == DeliveryState.FAILED else Reason.NONE
    delivery.provider_id = delivery.provider_id or receipt.provider_id
    delivery.accepted_at = delivery.accepted_at or when
    if receipt.state in (DeliveryState.DELIVERED, DeliveryState.READ):
        delivery.delivered_at = delivery.delivered_at or when
    if receipt.state == DeliveryState.READ:
        delivery.read_at = when
    fields = ["state", "reason", "not_before", "provider_id", "accepted_at", "delivered_at", "read_at"]
    delivery.save(update_fields=fields)
    if receipt.state == DeliveryState.FAILED:
        DeliveryAttempt.objects.create(
            delivery=delivery, attempt=delivery.attempt, step=Step.RECEIPT, account_id=receipt.account_id, at=when
        )
    return True


def _is_of_the_past(delivery: Delivery, receipt: ParkedReceipt) -> bool:
    """A failure of an earlier generation says nothing of the retry that followed it."""
    parts = parse_key(receipt.key)
    return receipt.state == DeliveryState.FAILED and parts is not None and parts[2] < delivery.generation
