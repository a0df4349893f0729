"""Citizens who write to us: kept so that they can be answered, and for nothing else."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from lantoa.audience.addresses import digest, normalise
from lantoa.audience.enums import Language
from lantoa.audience.models import Address, Person, VaultName

OWN_REQUEST = "own request"
"""The basis for answering somebody who asked; it allows no message of ours."""


@dataclass(frozen=True, slots=True)
class KnownContact:
    """A citizen by ids: who, at which address, of which unit."""

    person_id: int
    address_id: int
    unit_id: int


@transaction.atomic
def keep_contact(*, channel: str, value: str, name: str, unit_id: int, language: str, at: datetime) -> KnownContact:
    """Find the citizen behind an address, or keep them as new in the given unit; gives no consent to anything.

    The same address twice is the same citizen. A name is kept only when none is known. Raises `BadAddressError`.
    """
    value = normalise(channel, value)
    marked = digest(channel, value)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [marked])
    known = Address.objects.filter(channel=channel, digest=marked, erased_at=None, person__erased_at=None)
    address = known.select_related("person").order_by("person_id").first()
    if address is None:
        spoken = language if language in Language.values else Language.VIETNAMESE
        person = Person.objects.create(
            unit_id=unit_id, language=spoken, source=channel, legal_basis=OWN_REQUEST, created_at=at
        )
        address = Address.objects.create(person=person, channel=channel, value=value, digest=marked)
    if name.strip():
        VaultName.objects.get_or_create(person_id=address.person_id, defaults={"name": name.strip()[:200]})
    return KnownContact(address.person_id, address.pk, address.person.unit_id)
