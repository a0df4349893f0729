"""From a claim to messages ready for the wire: contents, names and addresses, read once a batch."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from lantoa.audience import selectors as audience
from lantoa.audience.services import unsubscribe_token
from lantoa.channels.contract import Outgoing
from lantoa.channels.models import ChannelAccount
from lantoa.channels.pacing import allowance, pay, rate_of
from lantoa.channels.registry import capability
from lantoa.channels.selectors import accounts_for, cap_of, carries, price_of, window_of
from lantoa.channels.services import TRIPS_AT
from lantoa.outreach.models import MessageVersion
from lantoa.outreach.services.claiming import Batch, Claimed, Terms, claim
from lantoa.outreach.services.settling import give_back
from lantoa.outreach.texts import Text, languages_of, text_for


class Parcel(NamedTuple):
    """A claimed delivery and its message; `outgoing` is None when the address was erased since the claim."""

    claimed: Claimed
    outgoing: Outgoing | None
    units: int


def hold(*, account_id: int, channel: str, limit: int, at: datetime, lease: timedelta) -> Batch:
    """Claim a batch for an account that may send now, on its own terms; returns once the intent is committed."""
    with transaction.atomic():
        in_use = list(accounts_for(channel))
        account = next((one for one in in_use if one.pk == account_id and one.may_send(at)), None)
        if account is None:
            return Batch([], 0)
        able = capability(account.kind)
        rate = rate_of(account, able)
        terms = Terms(
            window=window_of(account),
            allowance=allowance(account_id=account_id, rate=rate, at=at) if rate else None,
            a_day=cap_of(account),
            price=price_of(account) or 0,
            leaves=None if able.free_text else _left_to(in_use, account),
            in_use=[one.pk for one in in_use],
        )
        # An account whose breaker opened is tried with one message first.
        most = 1 if account.failures >= TRIPS_AT else limit
        batch = claim(account_id=account_id, channel=channel, limit=most, at=at, lease=lease, terms=terms)
        if rate and batch.claimed:
            pay(account_id=account_id, units=sum(one.units for one in batch.claimed))
    return batch


def _left_to(in_use: Sequence[ChannelAccount], account: ChannelAccount) -> Callable[[int], bool] | None:
    """Whether a version is for the other accounts: this one does not take every text of it, and one of them does."""
    others = [one for one in in_use if one.pk != account.pk]
    channel = capability(account.kind).channel

    def leaves(version_id: int) -> bool:
        texts = _texts(version_id, channel)
        return not carries(account, texts) and any(carries(one, texts) for one in others)

    return leaves if others else None


def hand_on(parcels: Sequence[Parcel], *, account: ChannelAccount, at: datetime) -> list[Parcel]:
    """Hand what an account cannot carry to one in use that can, no attempt counted; returns the parcels that stay.

    What nobody carries stays too: the account's provider, or its transport, says why.
    """
    misfits = [one for one in parcels if one.outgoing is not None and not carries(account, [one.outgoing.text])]
    others = list(accounts_for(capability(account.kind).channel).exclude(pk=account.pk)) if misfits else []
    to: dict[int, int] = {}
    for parcel in misfits:
        able = [one.pk for one in others if parcel.outgoing is not None and carries(one, [parcel.outgoing.text])]
        if able and not parcel.claimed.in_doubt:
            to[parcel.claimed.id] = able[parcel.claimed.id % len(able)]
    if to:
        give_back([one.claimed for one in parcels if one.claimed.id in to], at=at, to=to)
    return [one for one in parcels if one.claimed.id not in to]


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
    return text_for(_content(version_id), channel, language)


@lru_cache(maxsize=256)
def _texts(version_id: int, channel: str) -> list[str]:
    """Every text of a version on one channel, each once."""
    content = _content(version_id)
    return list(dict.fromkeys(text_for(content, channel, code).text for code in languages_of(content)))


def _content(version_id: int) -> dict[str, Any]:
    found: dict[str, Any] = MessageVersion.objects.values_list("content", flat=True).get(pk=version_id)
    return found
