"""The only reader of the vault."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from lantoa.audience.addresses import digest, masked
from lantoa.audience.models import Address, Person, VaultName
from lantoa.audience.rules import VIEW_PEOPLE
from lantoa.kernel.access import require, visible_to
from lantoa.kernel.models import User


@dataclass(frozen=True, slots=True)
class VaultAddress:
    """Where to and whom: for the moment of sending, never for keeping."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class MaskedAddress:
    """An address as staff may see it."""

    id: int
    channel: str
    text: str
    usable: bool
    silenced: bool


_ADDRESSES = """
SELECT a.id, a.value, coalesce(n.name, '')
FROM unnest(%s::bigint[]) AS wanted(id) JOIN audience_address a USING (id)
LEFT JOIN audience_vault_name n ON n.person_id = a.person_id
WHERE a.erased_at IS NULL
"""


def vault_addresses(ids: Iterable[int]) -> dict[int, VaultAddress]:
    """The addresses by id, in one query; erased ones are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_ADDRESSES, [list(ids)])
        return {address_id: VaultAddress(value, name) for address_id, value, name in cursor.fetchall()}


def inbox_person(token: str) -> int | None:
    """The id of the person whose portal inbox this token opens."""
    found = Address.objects.filter(
        channel="portal", digest=digest("portal", token), erased_at=None, person__erased_at=None
    )
    return found.values_list("person", flat=True).first()


def find_people(user: User, channel: str, value: str) -> list[Person]:
    """The people at this (normalised) address whom the user may see; needs the whole address, so nobody can browse."""
    return list(Person.objects.visible_to(user).present().filter(pk__in=people_at(channel, value)).order_by("pk"))


def people_at(channel: str, value: str) -> list[int]:
    """The ids of the people who share this (normalised) address, oldest first."""
    found = Address.objects.filter(channel=channel, digest=digest(channel, value), erased_at=None)
    return list(found.order_by("person").values_list("person", flat=True))


def person_page(user: User, public_id: UUID, *, at: datetime | None = None) -> Person:
    """One person, for staff who may see people of that unit; raises Person.DoesNotExist."""
    return Person.objects.visible_to(user, at=at).select_related("unit", "hamlet").get(public_id=public_id)


def name_of(user: User, person: Person) -> str:
    """The name, for staff who may see people of that unit."""
    require(user, VIEW_PEOPLE, unit_id=person.unit_id)
    return VaultName.objects.filter(person=person).values_list("name", flat=True).first() or ""


def names_of(user: User, person_ids: Iterable[int], *, permission: str) -> dict[int, str]:
    """The names of these people, as far as the user's posts carry `permission` over their units; the erased, and those
    of other units, are left out. Whoever shows them puts the reading on record: see `services.read_names`."""
    mine = visible_to(Person.objects.present(), user, permission=permission, unit_path="unit")
    found = VaultName.objects.filter(person__in=mine.filter(pk__in=list(person_ids)))
    return dict(found.values_list("person_id", "name"))


def addresses_of(user: User, person: Person) -> list[MaskedAddress]:
    """The addresses, masked, for staff who may see people of that unit."""
    require(user, VIEW_PEOPLE, unit_id=person.unit_id)
    found = Address.objects.filter(person=person, erased_at=None).order_by("channel", "pk")
    silenced = silenced_ids(address.pk for address in found)
    return [MaskedAddress(a.pk, a.channel, masked(a.channel, a.value), a.usable, a.pk in silenced) for a in found]


def masked_contact(address_id: int) -> str:
    """One address as staff may see it; empty once erased. The caller has checked the right to see it."""
    found = Address.objects.filter(pk=address_id, erased_at=None).first()
    return masked(found.channel, found.value) if found else ""


_SILENCED = """
SELECT a.id FROM audience_address a JOIN audience_suppression s
    ON s.lifted_at IS NULL AND s.channel = a.channel AND s.digest = a.digest
WHERE a.id = ANY(%s)
"""


def silenced_ids(address_ids: Iterable[int]) -> set[int]:
    """Which of these addresses are suppressed now."""
    with connection.cursor() as cursor:
        cursor.execute(_SILENCED, [list(address_ids)])
        return {row[0] for row in cursor.fetchall()}
