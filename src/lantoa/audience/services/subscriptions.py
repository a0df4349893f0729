"""Subscribing from the portal: typed by anybody, confirmed only by the owner of the address (double opt-in)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils.translation import gettext as _

from lantoa.audience.addresses import digest, inbox_token, normalise
from lantoa.audience.enums import Means
from lantoa.audience.events import ConfirmationRequested
from lantoa.audience.models import Address, ConsentWording, Person, SubscriptionRequest, VaultName
from lantoa.audience.selectors import current_wordings
from lantoa.audience.services.consent import BadTokenError, give_consent, lift_suppression
from lantoa.kernel import audit
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.events import emit
from lantoa.kernel.text import fold

CONFIRM_WITHIN: Final = timedelta(hours=48)
ASKS_A_DAY: Final = 3
"""Confirmations one address gets within 24 hours, so that nobody can flood another with them."""

_SIGNER = Signer(salt="lantoa.audience.subscription")


class NothingAgreedError(LantoaError):
    """No purpose was ticked; without a yes nothing is kept."""


class ExpiredError(LantoaError):
    """The link came too late."""


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A confirmed subscription: who, and the inbox token when the channel is the portal."""

    person: Person
    channel: str
    inbox_token: str = ""


@transaction.atomic
def request_subscription(
    *,
    at: datetime,
    channel: str,
    value: str,
    unit_id: int,
    language: str,
    purposes: Sequence[str],
    name: str = "",
    hamlet_id: int | None = None,
) -> SubscriptionRequest | Subscribed:
    """Keep a request for 48 hours and have its link sent to the address; nothing is agreed yet.

    The portal's own inbox has no address to prove: it is made at once and `Subscribed` carries its token. Raises
    `BadAddressError`, `NothingAgreedError`. The fourth request for an address within a day is kept but not sent, and
    answers the same, so the page never tells whether an address is known.
    """
    wordings = agreed_wordings(purposes, language)
    value = inbox_token() if channel == "portal" else normalise(channel, value)
    row = SubscriptionRequest.objects.create(
        channel=channel,
        value=value,
        digest=digest(channel, value),
        name=" ".join(name.split()),
        unit_id=unit_id,
        hamlet_id=hamlet_id,
        language=language,
        created_at=at,
        expires_at=at + CONFIRM_WITHIN,
    )
    row.wordings.set(wordings)
    if channel == "portal":
        return make_subscription(row, at)
    asked = SubscriptionRequest.objects.filter(digest=row.digest, created_at__gt=at - timedelta(days=1)).count()
    if asked <= ASKS_A_DAY:
        emit(ConfirmationRequested(row.pk))
    return row


def agreed_wordings(purposes: Sequence[str], language: str) -> list[ConsentWording]:
    """The wordings in force of these purposes; raises `NothingAgreedError` when there are none."""
    found = [wording for purpose, wording in current_wordings(language).items() if purpose in purposes]
    if not found:
        raise NothingAgreedError(_("Tick at least one kind of message you agree to receive."))
    return found


def confirmation_token(request: SubscriptionRequest) -> str:
    """The signed part of the confirmation link."""
    return _SIGNER.sign(request.public_id.hex)


@transaction.atomic
def confirm_subscription(token: str, at: datetime) -> Subscribed:
    """Make the person, the address and the consents a request asked for; the owner of the address says so.

    A second call returns the same. Raises `BadTokenError`, `ExpiredError`.
    """
    try:
        public_id = UUID(_SIGNER.unsign(token))
        row = SubscriptionRequest.objects.select_for_update().get(public_id=public_id)
    except (BadSignature, ValueError, SubscriptionRequest.DoesNotExist):
        raise BadTokenError(_("This link is not complete. Open it again from the message.")) from None
    if row.person is not None:
        return Subscribed(row.person, row.channel)
    if at >= row.expires_at or not row.value:
        raise ExpiredError(_("This link was good for 48 hours. Subscribe again to get a new one."))
    return make_subscription(row, at)


def make_subscription(row: SubscriptionRequest, at: datetime, **proof: Any) -> Subscribed:
    """Make the person, the address and the consents of a request whose address is proven; `proof` says by what.

    The caller holds the transaction and the row.
    """
    value, wordings = row.value, list(row.wordings.all())
    person = _known_person(row) or _new_person(row, at)
    Address.objects.update_or_create(
        person=person,
        channel=row.channel,
        digest=row.digest,
        defaults={"value": value, "usable": True, "verified_at": at},
    )
    lift_suppression(by=None, at=at, channel=row.channel, digest=row.digest, person=person)
    row.value, row.name, row.confirmed_at, row.person = "", "", at, person
    row.save(update_fields=["value", "name", "confirmed_at", "person"])
    give_consent(
        by=None,
        at=at,
        person=person,
        channel=row.channel,
        wordings=wordings,
        means=Means.PORTAL_FORM,
        proof={"request": str(row.public_id), "asked_at": row.created_at.isoformat(), **proof},
    )
    audit.record("audience.subscription_confirmed", by=None, at=at, subject=f"audience.person:{person.pk}")
    return Subscribed(person, row.channel, value if row.channel == "portal" else "")


def _known_person(row: SubscriptionRequest) -> Person | None:
    """The one person who has this address and, when a name was given, this name; a shared phone decides nothing."""
    sharing = Person.objects.present().filter(addresses__channel=row.channel, addresses__digest=row.digest)
    people = list(sharing.select_for_update(of=("self",)).order_by("pk"))
    names = dict(VaultName.objects.filter(person__in=people).values_list("person_id", "name"))
    if row.name:
        people = [person for person in people if fold(names.get(person.pk, "")) in ("", fold(row.name))]
    return people[0] if len(people) == 1 else None


def _new_person(row: SubscriptionRequest, at: datetime) -> Person:
    person = Person.objects.create(
        unit_id=row.unit_id,
        hamlet_id=row.hamlet_id,
        language=row.language,
        preferred_channel=row.channel,
        source="portal",
        legal_basis="consent",
        created_at=at,
    )
    if row.name:
        VaultName.objects.create(person=person, name=row.name)
    return person


@transaction.atomic
def forget_expired_requests(*, at: datetime) -> int:
    """Empty requests nobody confirmed in time; returns how many held something."""
    stale = SubscriptionRequest.objects.filter(confirmed_at=None, expires_at__lte=at).exclude(value="")
    return stale.update(value="", name="")
