"""Subscribing where no link need be sent: by an invitation pressed in a chat, and in one's own browser.

Whoever presses Start in a chat with our token, and whoever sends a browser's subscription with its secret, has shown by
that very act that the address is theirs.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from lantoa.audience.addresses import digest, normalise
from lantoa.audience.enums import Means, Purpose
from lantoa.audience.models import Address, Person, SubscriptionRequest
from lantoa.audience.selectors import people_at
from lantoa.audience.services.consent import BadTokenError, withdraw_consent
from lantoa.audience.services.subscriptions import (
    CONFIRM_WITHIN,
    ExpiredError,
    Subscribed,
    agreed_wordings,
    make_subscription,
)

HERE = {"page": "browser"}
"""What proves a no said on the browser's page."""


@transaction.atomic
def invite_to_chat(
    *, at: datetime, channel: str, unit_id: int, language: str, purposes: Sequence[str]
) -> SubscriptionRequest:
    """Keep for 48 hours what somebody wants to agree to, until the press of Start that brings its `invitation_token`.

    No address is known yet. Raises `NothingAgreedError`.
    """
    return _request(at=at, channel=channel, value="", unit_id=unit_id, language=language, purposes=purposes)


def invitation_token(request: SubscriptionRequest) -> str:
    """What an invitation carries: 48 of ``0-9a-f``, fit for a Telegram deep link (at most 64)."""
    return request.public_id.hex + _seal_of(request.public_id)


@transaction.atomic
def confirm_in_chat(*, token: str, channel: str, value: str, at: datetime, inbound_id: int) -> Subscribed:
    """Make the consents an invitation asked for: who brings its token from a chat says yes there.

    The same chat again returns the same; another chat's press of a used invitation is refused. Raises
    `BadAddressError`, `BadTokenError`, `ExpiredError`.
    """
    row, marked = _invitation(token, channel), digest(channel, value := normalise(channel, value))
    if row is None:
        raise BadTokenError(_("This invitation is not complete. Subscribe again on our site."))
    if row.person is not None:
        if row.digest != marked:
            raise BadTokenError(_("This invitation was used by somebody else. Subscribe again on our site."))
        return Subscribed(row.person, channel)
    if at >= row.expires_at:
        raise ExpiredError(_("This invitation was good for 48 hours. Subscribe again on our site."))
    row.value, row.digest = value, marked
    at = max(at, row.created_at)  # the provider counts in seconds: nobody says yes before they were asked
    row.save(update_fields=["digest"])
    return make_subscription(row, at, inbound=inbound_id)


@transaction.atomic
def subscribe_browser(
    *, at: datetime, channel: str, value: str, unit_id: int, language: str, purposes: Sequence[str]
) -> Subscribed:
    """Turn notifications on in the browser that holds this subscription, for these purposes and no others.

    Asked again, what is no longer ticked is withdrawn. Raises `BadAddressError`, `NothingAgreedError`.
    """
    row = _request(
        at=at, channel=channel, value=normalise(channel, value), unit_id=unit_id, language=language, purposes=purposes
    )
    made = make_subscription(row, at, **HERE)
    for purpose in set(Purpose.values) - set(purposes):
        withdraw_consent(
            by=None, at=at, people=[made.person], means=Means.BROWSER, proof=HERE, purpose=purpose, channel=channel
        )
    return made


@transaction.atomic
def unsubscribe_browser(*, at: datetime, channel: str, value: str) -> int:
    """Turn notifications off: every purpose, for whoever this browser is, and its address is used no more.

    Returns how many consents ended; an unknown browser ends none. Raises `BadAddressError`.
    """
    value = normalise(channel, value)
    people = list(Person.objects.present().filter(pk__in=people_at(channel, value)).order_by("pk"))
    ended = withdraw_consent(by=None, at=at, people=people, means=Means.BROWSER, proof=HERE, channel=channel)
    Address.objects.filter(channel=channel, digest=digest(channel, value), erased_at=None).update(usable=False)
    return len(ended)


def _request(
    *, at: datetime, channel: str, value: str, unit_id: int, language: str, purposes: Sequence[str]
) -> SubscriptionRequest:
    wordings, public_id = agreed_wordings(purposes, language), uuid4()
    row = SubscriptionRequest.objects.create(
        public_id=public_id, channel=channel, value=value, digest=digest(channel, value or public_id.hex),
        unit_id=unit_id, language=language, created_at=at, expires_at=at + CONFIRM_WITHIN,
    )  # fmt: skip
    row.wordings.set(wordings)
    return row


def _invitation(token: str, channel: str) -> SubscriptionRequest | None:
    """The locked request a token stands for."""
    try:
        public_id = UUID(hex=token[:32])
    except ValueError:
        return None
    if not constant_time_compare(token[32:], _seal_of(public_id)):
        return None
    waiting = SubscriptionRequest.objects.select_for_update(of=("self",)).select_related("person")
    return waiting.filter(public_id=public_id, channel=channel).first()


def _seal_of(public_id: UUID) -> str:
    return salted_hmac("lantoa.audience.invitation", public_id.hex, algorithm="sha256").hexdigest()[:16]
