"""Records that may be one person, and what joining them would do."""

from dataclasses import dataclass

from lantoa.audience.models import Address, Consent, Person, PersonMerge, Suppression
from lantoa.audience.rules import MERGE_PEOPLE
from lantoa.audience.selectors.vault import MaskedAddress, addresses_of, name_of
from lantoa.kernel.access import visible_to
from lantoa.kernel.models import User

SUGGESTED = 10


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of two records: shown before anything is done."""

    keeper: Person
    other: Person
    keeper_name: str
    other_name: str
    moving: list[MaskedAddress]
    staying: list[MaskedAddress]
    consents: list[tuple[str, str, bool]]  # purpose, channel, yes or no: what the kept record takes over
    silenced: bool


def same_person(user: User, person: Person) -> list[Person]:
    """The people who share a phone or an e-mail with this one, as far as the user may join them; the oldest first."""
    mine = Address.objects.filter(person=person, erased_at=None).exclude(channel="portal")
    sharing = Address.objects.filter(digest__in=mine.values("digest"), erased_at=None).exclude(person=person)
    gone = PersonMerge.objects.filter(undone_at=None).values("other")
    reached = visible_to(Person.objects.present(), user, permission=MERGE_PEOPLE, unit_path="unit")
    return list(reached.filter(pk__in=sharing.values("person")).exclude(pk__in=gone).order_by("pk")[:SUGGESTED])


def merge_of(person: Person) -> PersonMerge | None:
    """The merge by which this record was joined into another; None when it stands for itself."""
    return PersonMerge.objects.filter(other=person, undone_at=None).select_related("keeper").first()


def last_merge_into(person: Person) -> PersonMerge | None:
    """The merge into this record that would come apart first."""
    return PersonMerge.objects.filter(keeper=person, undone_at=None).select_related("other").order_by("-pk").first()


def preview_merge(user: User, keeper: Person, other: Person) -> Preview:
    """What joining would move, say and silence; needs the right to see both."""
    have = set(Address.objects.filter(person=keeper, erased_at=None).values_list("channel", "digest"))
    theirs = Address.objects.filter(person=other, erased_at=None)
    doubles = {row.pk for row in theirs if (row.channel, row.digest) in have}
    shown = addresses_of(user, other)
    mine = {(row.purpose, row.channel): row for row in Consent.objects.filter(person=keeper)}
    taken = []
    for row in Consent.objects.filter(person=other).order_by("purpose", "channel"):
        known = mine.get((row.purpose, row.channel))
        later = known is None or (row.at, row.event_id) > (known.at, known.event_id)
        if later and (known is None or known.given != row.given):
            taken.append((row.purpose, row.channel, row.given))
    return Preview(
        keeper, other, name_of(user, keeper), name_of(user, other),
        [one for one in shown if one.id not in doubles], [one for one in shown if one.id in doubles], taken,
        Suppression.objects.filter(person=other, lifted_at=None).exists(),
    )  # fmt: skip
