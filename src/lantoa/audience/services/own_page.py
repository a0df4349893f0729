"""A person's own page: the link that opens it, and what they do there themselves, each act on the register."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils.translation import gettext as _

from lantoa.audience.addresses import digest, normalise
from lantoa.audience.enums import CameBy, Means, RightKind
from lantoa.audience.events import OwnPageLinkRequested
from lantoa.audience.models import Address, OwnPageLink, Person, RightsRequest, VaultName
from lantoa.audience.services.consent import BadTokenError, lift_suppression, withdraw_consent
from lantoa.audience.services.people import correct_address, erase_person
from lantoa.audience.services.rights import open_request, record_done
from lantoa.kernel import audit
from lantoa.kernel.events import emit

GOOD_FOR: Final = timedelta(hours=48)
LINKS_A_DAY: Final = 3
"""Links one address gets within 24 hours, so that nobody can flood another with them."""
OWN_PAGE: Final = "own page"

_SIGNER = Signer(salt="lantoa.audience.own_page")


@dataclass(frozen=True, slots=True)
class OwnPage:
    """An opened link: whose page it is, or the people to choose from where an address is shared."""

    token: str
    link: OwnPageLink
    person: Person | None
    sharing: Sequence[Person]

    @property
    def shared(self) -> bool:
        """Whether somebody else reads what is sent to this address."""
        return len(self.sharing) > 1


@transaction.atomic
def request_own_page(*, at: datetime, channel: str, value: str, language: str) -> OwnPageLink:
    """Have a link sent to an address, if anybody is kept under it; the caller learns nothing of that.

    The fourth request for an address within a day is kept but not sent. Raises `BadAddressError`.
    """
    row = _new_link(at=at, channel=channel, value=normalise(channel, value), language=language)
    _send_unless_flooded(row, at)
    return row


@transaction.atomic
def open_from_inbox(*, at: datetime, inbox: str, language: str) -> str:
    """The token of the page of whoever holds this portal inbox: its address is proof. Raises `BadTokenError`."""
    return _open_from(at=at, channel="portal", value=inbox, language=language)


@transaction.atomic
def open_from_browser(*, at: datetime, channel: str, value: str, language: str) -> str:
    """The token of the page of whoever gets notifications in this browser: its subscription, with the secret, is proof.

    Raises `BadAddressError`, `BadTokenError`.
    """
    return _open_from(at=at, channel=channel, value=normalise(channel, value), language=language)


def _open_from(*, at: datetime, channel: str, value: str, language: str) -> str:
    known = Address.objects.filter(channel=channel, digest=digest(channel, value), erased_at=None)
    if not known.exists():
        raise BadTokenError(_unknown_link())
    return own_page_token(_new_link(at=at, channel=channel, value=value, language=language))


def own_page_token(link: OwnPageLink, person: Person | None = None) -> str:
    """The signed part of a link: the link alone as sent, or with the person chosen where an address is shared."""
    return _SIGNER.sign(f"{link.public_id.hex}{person.public_id.hex if person else ''}")


def open_own_page(token: str, at: datetime) -> OwnPage:
    """Whose page this link opens; raises `BadTokenError` for one that is cut, made up, too old, or whose people went.

    A chosen person is looked up among those who share the link's address, so no token reaches anybody else.
    """
    link = _read(token, at, person=False)
    chosen = _SIGNER.unsign(token)[32:]
    sharing = list(
        Person.objects.present()
        .filter(addresses__channel=link.channel, addresses__digest=link.digest, addresses__erased_at=None)
        .order_by("pk")
    )
    if not sharing:
        raise BadTokenError(_unknown_link())
    if not chosen:
        return OwnPage(token, link, sharing[0] if len(sharing) == 1 else None, sharing)
    person = next((one for one in sharing if one.public_id.hex == chosen), None)
    if person is None:
        raise BadTokenError(_unknown_link())
    return OwnPage(token, link, person, sharing)


@transaction.atomic
def note_access(*, at: datetime, page: OwnPage) -> None:
    """Put on the register that a person saw what is kept of them: once a link."""
    person = _owner(page)
    seen = RightsRequest.objects.filter(person=person, kind=RightKind.ACCESS, came_by=CameBy.OWN_PAGE)
    if not seen.filter(received_at__gte=page.link.created_at).exists():
        _done(person, RightKind.ACCESS, at)


@transaction.atomic
def note_copy(*, at: datetime, page: OwnPage) -> None:
    """Put on the register that a person took a copy of what is kept of them."""
    _done(_owner(page), RightKind.COPY, at)


@transaction.atomic
def correct_on_own_page(
    *, at: datetime, page: OwnPage, name: str, language: str, unit_id: int, hamlet_id: int | None
) -> Person:
    """Put right what the person says is wrong: their name (empty: none is kept), language, commune, hamlet."""
    person = _owner(page)
    known = VaultName.objects.filter(person=person).first()
    changed = [
        field
        for field, new in (("language", language), ("unit_id", unit_id), ("hamlet_id", hamlet_id))
        if getattr(person, field) != new
    ]
    name = " ".join(name.split())
    if name != (known.name if known else ""):
        changed.append("name")
        VaultName.objects.update_or_create(person=person, defaults={"name": name})
    person.language, person.unit_id, person.hamlet_id = language, unit_id, hamlet_id
    person.save(update_fields=["language", "unit", "hamlet"])
    facts = {"fields": sorted(changed)}
    audit.record("audience.person_corrected", by=None, at=at, subject=f"audience.person:{person.pk}", facts=facts)
    _done(person, RightKind.CORRECT, at)
    return person


@transaction.atomic
def withdraw_on_own_page(
    *, at: datetime, page: OwnPage, purpose: str | None = None, channel: str | None = None
) -> list[tuple[int, str, str]]:
    """Take back consent for one purpose on one channel, or everything; it counts from this very moment."""
    person = _owner(page)
    proof: dict[str, Any] = {"link": str(page.link.public_id)}
    ended = withdraw_consent(by=None, at=at, people=[person], means=Means.OWN_PAGE, proof=proof, purpose=purpose,
                             channel=channel)  # fmt: skip
    _done(person, RightKind.WITHDRAW, at)
    return ended


@transaction.atomic
def ask_on_own_page(*, at: datetime, page: OwnPage, kind: RightKind, text: str) -> RightsRequest:
    """Ask an officer for what the page cannot do by itself: to use the data for less, or an objection."""
    person = _owner(page)
    return open_request(by=None, at=at, kind=kind, came_by=CameBy.OWN_PAGE, unit_id=person.unit_id, person=person,
                        description=text[:2000])  # fmt: skip


@transaction.atomic
def erase_on_own_page(*, at: datetime, page: OwnPage) -> Person:
    """Erase everything kept of the person, at their own word."""
    person = _owner(page)
    _done(person, RightKind.ERASE, at)
    return erase_person(by=None, at=at, person=person)


@transaction.atomic
def request_new_address(*, at: datetime, page: OwnPage, address: Address, typed: str) -> OwnPageLink:
    """Send a link to the address that shall replace this one; nothing changes before it is pressed.

    Raises `BadAddressError`. The fourth link to that address within a day is not sent.
    """
    person = _owner(page)
    address = Address.objects.get(pk=address.pk, person=person, erased_at=None)
    value = normalise(address.channel, typed)
    row = _new_link(at=at, channel=address.channel, value=value, language=page.link.language)
    row.person, row.address, row.value = person, address, value
    row.save(update_fields=["person", "address", "value"])
    _send_unless_flooded(row, at)
    return row


@transaction.atomic
def confirm_new_address(token: str, at: datetime) -> Address:
    """Put the new address in place of the old one: whoever opened its link reads there.

    A second call changes nothing. Raises `BadTokenError`, `SameAddressError`.
    """
    link = _read(token, at, person=True)
    assert link.person_id is not None
    assert link.address_id is not None
    person = Person.objects.select_for_update().present().filter(pk=link.person_id).first()
    address = Address.objects.filter(pk=link.address_id, person=person, erased_at=None).first()
    if person is None or address is None:
        raise BadTokenError(_unknown_link())
    link = OwnPageLink.objects.select_for_update().get(pk=link.pk)
    if link.used_at is not None:
        return address
    address = correct_address(by=None, at=at, address=address, typed=link.value)
    lift_suppression(by=None, at=at, channel=link.channel, digest=link.digest)
    link.value, link.used_at = "", at
    link.save(update_fields=["value", "used_at"])
    _done(person, RightKind.CORRECT, at)
    return address


def read_new_address(token: str, at: datetime) -> OwnPageLink:
    """The link of a new address before its button is pressed; raises `BadTokenError`."""
    return _read(token, at, person=True)


@transaction.atomic
def forget_old_links(*, at: datetime) -> int:
    """Drop links whose time is over, and what was typed with them; returns how many."""
    return OwnPageLink.objects.filter(expires_at__lte=at).delete()[0]


def _new_link(*, at: datetime, channel: str, value: str, language: str) -> OwnPageLink:
    return OwnPageLink.objects.create(
        channel=channel, digest=digest(channel, value), language=language, created_at=at, expires_at=at + GOOD_FOR
    )


def _send_unless_flooded(row: OwnPageLink, at: datetime) -> None:
    day = OwnPageLink.objects.filter(channel=row.channel, digest=row.digest, created_at__gt=at - timedelta(days=1))
    if day.count() <= LINKS_A_DAY:
        emit(OwnPageLinkRequested(row.pk))


def _read(token: str, at: datetime, *, person: bool) -> OwnPageLink:
    try:
        public_id = UUID(_SIGNER.unsign(token)[:32])
        return OwnPageLink.objects.get(
            public_id=public_id, expires_at__gt=at, created_at__lte=at, person__isnull=not person
        )
    except (BadSignature, ValueError, OwnPageLink.DoesNotExist):
        raise BadTokenError(_unknown_link()) from None


def _unknown_link() -> str:
    return _("This link is not whole, or its 48 hours are over.")


def _owner(page: OwnPage) -> Person:
    """The page's person, held until the act is done; raises `BadTokenError` once they are erased."""
    assert page.person is not None
    person = Person.objects.select_for_update().present().filter(pk=page.person.pk).first()
    if person is None:
        raise BadTokenError(_unknown_link())
    return person


def _done(person: Person, kind: RightKind, at: datetime) -> None:
    record_done(by=None, at=at, person=person, kind=kind, came_by=CameBy.OWN_PAGE, text=OWN_PAGE)
