"""A person's own data: put right, or taken out for good."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lantoa.audience.addresses import digest, normalise
from lantoa.audience.enums import Means, SuppressionReason
from lantoa.audience.events import PersonErased
from lantoa.audience.models import Address, GroupMembership, OwnPageLink, Person, PersonMerge, RightsRequest, VaultName
from lantoa.audience.rules import ERASE_PEOPLE, RECORD_CONSENT, VIEW_PEOPLE
from lantoa.audience.selectors import names_of, people_at, person_page
from lantoa.audience.services.consent import suppress, withdraw_consent
from lantoa.kernel import audit
from lantoa.kernel.access import require, visible_to
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.events import emit
from lantoa.kernel.models import User

ERASED_BASIS = "erased"


class SameAddressError(LantoaError):
    """The person already has this address."""


@transaction.atomic
def look_up(*, by: User, at: datetime, public_id: UUID) -> Person:
    """Open a person's page, and leave on record who looked; raises Person.DoesNotExist beyond the user's units."""
    person = person_page(by, public_id, at=at)
    audit.record("audience.person_viewed", by=by, at=at, subject=f"audience.person:{person.pk}")
    return person


@transaction.atomic
def read_names(*, by: User, at: datetime, person_ids: Collection[int], permission: str, subject: str) -> dict[int, str]:
    """The names of these people where `by` holds `permission` over their units; raises `AccessDenied` without it.

    It is left on record who read whose names, and for what (`subject`); the record holds numbers, no names.
    """
    require(by, permission, at=at)
    names = names_of(by, person_ids, permission=permission)
    if names:
        audit.record("audience.names_read", by=by, at=at, subject=subject, facts={"people": sorted(names)})
    return names


@transaction.atomic
def answer_call(*, by: User, at: datetime, channel: str, value: str) -> list[tuple[Person, str]]:
    """Who shares the (normalised) address a caller tells, with names; only of units whose consents `by` may record.

    It is left on record who looked at whom.
    """
    require(by, RECORD_CONSENT, at=at)
    mine = visible_to(Person.objects.present(), by, permission=RECORD_CONSENT, unit_path="unit")
    people = list(mine.filter(pk__in=people_at(channel, value)).order_by("pk"))
    names = dict(VaultName.objects.filter(person__in=people).values_list("person_id", "name"))
    for person in people:
        audit.record("audience.person_viewed", by=by, at=at, subject=f"audience.person:{person.pk}")
    return [(person, names.get(person.pk, "")) for person in people]


@transaction.atomic
def correct_address(*, by: User | None, at: datetime, address: Address, typed: str) -> Address:
    """Replace an address that was written down wrongly; the consents of the person on that channel stay.

    Raises `BadAddressError`, or `SameAddressError` when the person has the new one already.
    """
    row = Address.objects.select_for_update().select_related("person").get(pk=address.pk, erased_at=None)
    if by is not None:
        require(by, VIEW_PEOPLE, unit_id=row.person.unit_id, at=at)
    row.value = normalise(row.channel, typed)
    row.digest, row.usable, row.verified_at = digest(row.channel, row.value), True, at
    try:
        with transaction.atomic():
            row.save(update_fields=["value", "digest", "usable", "verified_at"])
    except IntegrityError:
        raise SameAddressError(_("This person already has this address.")) from None
    facts = {"channel": row.channel, "address": row.pk}
    audit.record("audience.address_corrected", by=by, at=at, subject=f"audience.person:{row.person_id}", facts=facts)
    return row


@transaction.atomic
def erase_person(*, by: User | None, at: datetime, person: Person) -> Person:
    """Empty the vault of a person, withdraw every consent, silence addresses nobody else uses; keep the shell.

    The shell (an id, a unit, a language) keeps deliveries and past counts whole and says nothing about anybody. A
    second call changes nothing.
    """
    if by is not None:
        require(by, ERASE_PEOPLE, unit_id=person.unit_id, at=at)
    row = Person.objects.select_for_update().get(pk=person.pk)
    if row.erased_at is not None:
        return row
    withdraw_consent(by=None, at=at, people=[row], means=Means.ERASURE, proof={"erasure": str(row.public_id)})
    _empty_vault(row, by=by, at=at)
    GroupMembership.objects.filter(person=row).delete()
    row.erased_at, row.legal_basis, row.hamlet_id, row.preferred_channel = at, ERASED_BASIS, None, None
    row.save(update_fields=["erased_at", "legal_basis", "hamlet", "preferred_channel"])
    audit.record("audience.person_erased", by=by, at=at, subject=f"audience.person:{row.pk}")
    emit(PersonErased(row.pk))
    for joined in PersonMerge.objects.filter(keeper=row, undone_at=None).select_related("other"):
        erase_person(by=None, at=at, person=joined.other)  # one person, two records: both go
    return row


def _empty_vault(person: Person, *, by: User | None, at: datetime) -> None:
    VaultName.objects.filter(person=person).delete()
    OwnPageLink.objects.filter(person=person).delete()
    RightsRequest.objects.filter(person=person).exclude(description="").update(description="")
    for address in Address.objects.select_for_update().filter(person=person, erased_at=None).order_by("pk"):
        shared = Address.objects.filter(channel=address.channel, digest=address.digest, erased_at=None)
        if not shared.exclude(person=person).exists():
            suppress(reason=SuppressionReason.ERASED, by=by, at=at, channel=address.channel, digest=address.digest)
        # The digest goes too: with our secret it could still be traced back to a number.
        address.value, address.digest, address.usable, address.erased_at = "", f"erased-{address.pk}", False, at
        address.save(update_fields=["value", "digest", "usable", "erased_at"])
