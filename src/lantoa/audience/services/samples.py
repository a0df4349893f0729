"""Contacts that are plainly nobody, to show and measure the product with.

Names say "mẫu" (sample). Phone numbers are 84 followed by 0: after the country code no Vietnamese number begins with
0 (it is the trunk prefix, not dialled after a country code), so none of them can ring. E-mail ends in `.example`, which
RFC 2606 keeps out of the Internet. Zalo ids begin with "mau-" while real ones are digits.
"""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from lantoa.audience.addresses import inbox_token
from lantoa.audience.enums import Language, Means, Purpose
from lantoa.audience.models import AudienceGroup, ConsentWording, Person
from lantoa.audience.selectors import current_wordings
from lantoa.audience.services.reference import ensure_groups, ensure_wordings
from lantoa.audience.services.storing import Agreement, Contact, refresh_statistics, store_contacts
from lantoa.kernel import audit, clock
from lantoa.kernel.models import User
from lantoa.territory.selectors import communes
from lantoa.territory.selectors import province as province_of

SOURCE: Final = "sample"
BASIS: Final = "sample data, no person"
LANGUAGES: Final = ((Language.VIETNAMESE, 92), (Language.KHMER, 7), (Language.ENGLISH, 1))
# How likely a sample person has an address there, and belongs to a group; round figures, chosen to fill every screen.
CHANNELS: Final[Mapping[str, float]] = {"zalo": 0.55, "sms": 0.7, "email": 0.15, "portal": 0.1}
GROUPS: Final[Mapping[str, float]] = {
    "people": 0.9, "poor": 0.05, "near_poor": 0.06, "newly_escaped": 0.03, "workers": 0.3, "cadres": 0.02,
    "party_members": 0.04, "officials": 0.03, "poverty_officers": 0.005, "propagandists": 0.005, "hard_coastal": 0.1,
    "ntp_poverty": 0.08, "ntp_rural": 0.12, "ntp_ethnic": 0.05,
}  # fmt: skip
EVENTS, CHANGED_MIND = 0.4, 0.02
BATCH: Final = 5_000


@transaction.atomic
def generate_contacts(*, province: str, n: int, seed: int, by: User | None, at: datetime) -> int:
    """Make `n` sample people over the communes of a province (by its code) as of `at`; returns how many.

    The same seed gives the same people; numbering goes on from the samples already there, so addresses never repeat.
    """
    ensure_wordings()
    groups, day = ensure_groups(), clock.local(at).date()
    units = [unit.id for unit in communes(province_of(province, day).pk, day)]
    first = Person.objects.filter(source=SOURCE).count()
    draw = random.Random(f"{seed}:{first}")  # noqa: S311 - samples, not secrets
    wordings = {language.value: current_wordings(language.value) for language, _weight in LANGUAGES}
    for start in range(0, n, BATCH):
        batch = range(first + start, first + min(start + BATCH, n))
        contacts = [_sample(number, draw, units, groups, wordings, at) for number in batch]
        store_contacts(contacts, at=at, since=day, operator_id=by.pk if by else None)
    refresh_statistics()
    facts = {"people": n, "seed": seed}
    audit.record("audience.samples_generated", by=by, at=at, subject=f"territory.unit:{province}", facts=facts)
    return n


def _sample(
    number: int,
    draw: random.Random,
    units: Sequence[int],
    groups: Mapping[str, AudienceGroup],
    wordings: Mapping[str, Mapping[str, ConsentWording]],
    at: datetime,
) -> Contact:
    language = draw.choices([code.value for code, _w in LANGUAGES], [weight for _c, weight in LANGUAGES])[0]
    addresses = _addresses(number, draw)
    chosen = [groups[code].pk for code, share in GROUPS.items() if draw.random() < share]
    if language == Language.KHMER:
        chosen.append(groups["khmer_readers"].pk)
    purposes = [Purpose.POLICY_NEWS, *([Purpose.EVENTS] if draw.random() < EVENTS else [])]
    return Contact(
        unit_id=draw.choice(units),
        name=f"Người nhận mẫu {number + 1:05d}",
        language=language,
        preferred_channel=draw.choice(addresses)[0],
        addresses=addresses,
        groups=chosen,
        source=SOURCE,
        legal_basis=BASIS,
        agreements=[
            Agreement(purpose.value, channel, wordings[language][purpose].pk, draw.random() >= CHANGED_MIND)
            for channel, _value in addresses
            for purpose in purposes
        ],
        said_at=at,
        means=Means.SAMPLE,
        proof={"sample": number + 1},
    )


def _addresses(number: int, draw: random.Random) -> list[tuple[str, str]]:
    values = {
        "zalo": f"mau-{number + 1:08d}",
        "sms": f"840{number + 1:08d}",
        "email": f"nguoi-nhan-mau-{number + 1:08d}@lantoa.example",
        "portal": inbox_token(),
    }
    chosen = [channel for channel, share in CHANNELS.items() if draw.random() < share] or ["sms"]
    return [(channel, values[channel]) for channel in chosen]
