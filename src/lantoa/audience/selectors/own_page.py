"""Everything this room keeps of one person, for that person alone. The caller has their opened link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lantoa.audience.addresses import masked
from lantoa.audience.enums import Means, Purpose
from lantoa.audience.models import (
    Address,
    AudienceGroup,
    Consent,
    ConsentEvent,
    GroupMembership,
    Person,
    RightsRequest,
    VaultName,
)
from lantoa.audience.selectors.rights import Standing, standings
from lantoa.audience.selectors.vault import MaskedAddress, silenced_ids
from lantoa.channels import registry
from lantoa.kernel import clock
from lantoa.territory.selectors import names_on


@dataclass(frozen=True, slots=True)
class Said:
    """A yes or no: to what, where, when, by what means, in which words."""

    purpose: str
    channel: str
    given: bool
    at: datetime
    means: str
    wording: str

    @property
    def about(self) -> str:
        """What it is about, in words."""
        return str(Purpose(self.purpose).label)

    @property
    def how(self) -> str:
        """How the person said it, in words."""
        return str(Means(self.means).label)

    @property
    def where(self) -> str:
        """The channel, in words."""
        return registry.label(self.channel)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one person, and why."""

    person: Person
    name: str
    unit: str
    hamlet: str
    addresses: Sequence[MaskedAddress]
    groups: Sequence[str]
    consents: Sequence[Said]
    requests: Sequence[Standing]

    @property
    def given(self) -> list[Said]:
        """What the person agreed to and has not taken back."""
        return [said for said in self.consents if said.given]


def kept_of(person: Person, *, open_digest: str = "", whole: bool = False) -> Kept:
    """What is kept of a person: nine queries. Addresses are masked.

    `whole` writes addresses out in full; where an address is shared, give `open_digest` instead: only the one the link
    went to is then written out, for the others may be read by somebody else.
    """
    names = names_on([pk for pk in (person.unit_id, person.hamlet_id) if pk], clock.today())
    groups = AudienceGroup.objects.filter(
        pk__in=GroupMembership.objects.filter(person=person, valid__contains=clock.today()).values("group")
    )
    stands = Consent.objects.filter(person=person).select_related("event__wording").order_by("purpose", "channel")
    requests = RightsRequest.objects.filter(person=person).prefetch_related("events")
    return Kept(
        person=person,
        name=VaultName.objects.filter(person=person).values_list("name", flat=True).first() or "",
        unit=names.get(person.unit_id, ""),
        hamlet=names.get(person.hamlet_id or 0, ""),
        addresses=_addresses(person, open_digest, whole=whole),
        groups=[group.name for group in groups],
        consents=[_said(row.event) for row in stands],
        requests=standings(requests),
    )


def consent_events_of(person: Person) -> list[Said]:
    """Every yes and no of a person, the first first."""
    return [_said(event) for event in ConsentEvent.objects.filter(person=person).select_related("wording")]


def first_syllables(people: Sequence[Person]) -> dict[int, str]:
    """Person id → the first syllable of their name, all that others at a shared address may read; "" without a name."""
    names = dict(VaultName.objects.filter(person__in=people).values_list("person_id", "name"))
    return {person.pk: (names.get(person.pk, "").split() or [""])[0] for person in people}


def own_address(person: Person, address_id: int) -> Address | None:
    """One address of a person, if it is theirs."""
    return Address.objects.filter(pk=address_id, person=person, erased_at=None).first()


def _addresses(person: Person, open_digest: str, *, whole: bool) -> list[MaskedAddress]:
    rows = list(Address.objects.filter(person=person, erased_at=None).order_by("channel", "pk"))
    silenced = silenced_ids(row.pk for row in rows)
    return [
        MaskedAddress(
            row.pk,
            row.channel,
            row.value if whole or row.digest == open_digest else masked(row.channel, row.value),
            row.usable,
            row.pk in silenced,
        )
        for row in rows
    ]


def _said(event: ConsentEvent) -> Said:
    words = event.wording.text if event.wording else ""
    return Said(event.purpose, event.channel, event.kind == "given", event.at, event.means, words)
