"""From a claim to messages ready for the wire: contents, names and addresses, read once a batch."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from lantoa.audience import selectors as audience
from lantoa.audience.services import unsubscribe_token
from lantoa.channels.contract import Outgoing
from lantoa.channels.pacing import allowance, pay, rate_of
from lantoa.channels.registry import capability
from lantoa.channels.selectors import cap_of, price_of, ready, window_of
from lantoa.channels.services import TRIPS_AT
from lantoa.outreach.models import MessageVersion
from lantoa.outreach.services.claiming import Batch, Claimed, Terms, claim
from lantoa.outreach.texts import Text, text_for


class Parcel(NamedTuple):
    """A claimed delivery and its message; `outgoing` is None when the address was erased since the claim."""

    claimed: Claimed
    outgoing: Outgoing | None
    units: int


def hold(*, account_id: int, channel: str, limit: int, at: datetime, lease: timedelta) -> Batch:
    """Claim a batch for an account that may send now, on its own terms; returns once the intent is committed."""
    found = capability(channel)
    with transaction.atomic():
        account = ready(channel, at=at).filter(pk=account_id).first()
        if account is None:
            return Batch([], 0)
        rate = rate_of(account, found)
        terms = Terms(
            window=window_of(account),
            allowance=allowance(account_id=account_id, rate=rate, at=at) if rate else None,
            a_day=cap_of(account),
            price=price_of(account) or 0,
        )
        # An account whose breaker opened is tried with one message first.
        most = 1 if account.failures >= TRIPS_AT else limit
        batch = claim(account_id=account_id, channel=found.kind, limit=most, at=at, lease=lease, terms=terms)
        if rate and batch.claimed:
            pay(account_id=account_id, units=sum(one.units for one in batch.claimed))
    return batch


def pack(claimed: Sequence[Claimed], channel: str) -> list[Parcel]:
    """Put text, name and address together; in the order given."""
    people = audience.vault_addresses(one.address_id for one in claimed) if claimed else {}
    return [_parcel(one, channel, people.get(one.address_id)) for one in claimed]


def _parcel(one: Claimed, channel: str, person: audience.VaultAddress | None) -> Parcel:
    if person is None:
        return Parcel(one, None, 0)
    text = _text(one.version_id, channel, one.language)
    leave = unsubscribe_url(one.address_id, one.purpose) if channel == "email" else ""
    mine = text.for_person(person.name, leave)
    outgoing = Outgoing(
        key=one.key,
        address=person.value,
        text=mine.text,
        subject=mine.subject,
        html=mine.html,
        language=mine.language,
        unsubscribe_url=leave,
        attempt=one.attempts,
    )
    return Parcel(one, outgoing, mine.units)


def unsubscribe_url(address_id: int, purpose: str) -> str:
    """Where one click ends messages of this purpose to this address."""
    return f"{settings.LANTOA_BASE_URL}/nhan-tin/thoi/{unsubscribe_token(address_id, purpose)}/"


@lru_cache(maxsize=256)
def _text(version_id: int, channel: str, language: str) -> Text:
    """A version's form as people of a language get it; versions never change, so neither does this."""
    content = MessageVersion.objects.values_list("content", flat=True).get(pk=version_id)
    return text_for(content, channel, language)
