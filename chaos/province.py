"""What is sent to whom in a run: people with one address each, accounts at the stand-ins, broadcasts of both classes.

Nobody belongs to two broadcasts and no address to two people, so what a stand-in took tells whose delivery it was.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.utils import timezone
from psycopg.types.range import DateRange

from chaos.doors import CALLBACK_SECRET, OTHER_SECRETS, SMS, SMTP, ZALO
from lantoa.agencies.models import Agency
from lantoa.approvals.services import decide
from lantoa.audience.addresses import digest
from lantoa.audience.models import Address, ConsentEvent, ConsentWording, Person, Segment, VaultName
from lantoa.channels.services import save_account
from lantoa.channels.zalo.tokens import good_token
from lantoa.kernel.access import Grant, register_source
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.kernel.text import fold
from lantoa.outreach.services import Draft, Plan, ask_approval, create_message, prepare, release
from lantoa.simulators.sms import SEND
from lantoa.territory.models import Unit, UnitVersion

CHANNELS = ("portal", "zalo", "email", "sms")
SHARES = {"sms": 0.44, "zalo": 0.24, "email": 0.14, "portal": 0.16, "": 0.02}
"""On which channel people have their one address; "" has none."""
BROADCASTS = [("ordinary", 0.36), ("urgent", 0.24), ("ordinary", 0.2), ("urgent", 0.12), ("ordinary", 0.08)]
AT_ONCE = 10_000
PURPOSE = "policy_news"


@dataclass(frozen=True, slots=True)
class Somebody:
    """One person of the run and where they can be reached."""

    person_id: int
    channel: str
    address: str


@dataclass
class Staff:
    """A unit to begin with, an agency, and who writes, approves, prepares and releases."""

    agency_id: int
    posts: dict[int, list[Grant]]

    def hire(self, role: Role, units: Sequence[int]) -> User:
        """One member of staff with a post over these units."""
        user = User.objects.create_user(email=f"{role.value}@example.test", display_name=role.value)
        self.posts[user.pk] = [Grant(role, list(units), self.agency_id, len(self.posts) + 1)]
        return user


def build(*, seed: int, audience: int, base: int, target: Path) -> None:
    """Make everything and release; what the judge must know goes to the file `target`."""
    chance = Random(f"province:{seed}")
    units = [commune(f"Xã {number}") for number, _broadcast in enumerate(BROADCASTS, 1)]
    staff = Staff(Agency.objects.create().pk, {})
    register_source(lambda user, _at: staff.posts.get(user.pk, []))
    accounts(base)
    everybody: list[Somebody] = []
    for place, unit in enumerate(units):
        share = sum(part for _class, part in BROADCASTS[: place + 1])
        everybody += people(unit, round(audience * share) - len(everybody), chance, len(everybody))
    roles = (Role.EDITOR, Role.REVIEWER, Role.CHANNEL_OFFICER, Role.LEADER)
    spread(seed, staff, units, dict(zip(roles, [staff.hire(role, units) for role in roles], strict=True)))
    target.write_text(json.dumps([asdict(one) for one in everybody]))


def commune(name: str) -> int:
    """A commune that has always been there."""
    made = Unit.objects.create()
    UnitVersion.objects.create(
        unit=made, name=name, short_name=name, folded=fold(name), kind="commune", level=3, sort_key=name,
        valid=DateRange(date(2000, 1, 1), None),
    )  # fmt: skip
    return made.pk


def accounts(base: int) -> None:
    """One account in use on each channel, and of two kinds another one, out of use, with secrets of its own."""
    zalo, sms = f"http://127.0.0.1:{base + ZALO}", f"http://127.0.0.1:{base + SMS}"
    keys = {"api_key": "demo-api-key", "secret_key": "demo-secret-key", "callback_secret": CALLBACK_SECRET}
    tokens = {"app_secret": "demo-app-secret", "oa_secret": "demo-oa-secret", "refresh_token": "demo-refresh-token"}
    quick = {"rate_per_second": 2000, "timeout": 2, "hours": "any"}
    at_zalo = {**quick, "app_id": "1710002022", "oa_id": "4171000000000000001", "api_url": zalo, "oauth_url": zalo}
    mail = {
        "host": "127.0.0.1", "port": base + SMTP, "security": "none", "sender": "tin@lantoa.example.test",
        "sender_name": "Lan Tỏa", "timeout": 2, "hours": "any",
    }  # fmt: skip
    _account("portal", {"hours": "any"}, {})
    _account("email", mail, {})
    _account("sms", {**quick, "url": sms + SEND}, keys)
    good_token(_account("zalo", at_zalo, tokens), "")  # a kill during the first exchange would cost the only token
    other = {"sms": {**keys, "callback_secret": OTHER_SECRETS["sms"]}}
    other["zalo"] = {**tokens, "oa_secret": OTHER_SECRETS["zalo"]}
    _account("sms", {**quick, "url": sms + SEND}, other["sms"], enabled=False)
    _account("zalo", {**at_zalo, "oa_id": "4171000000000000002"}, other["zalo"], enabled=False)


def _account(kind: str, settings: dict[str, Any], secrets: dict[str, str], *, enabled: bool = True) -> int:
    slug, now = kind if enabled else f"{kind}-other", timezone.now()
    saved = save_account(
        by=None, at=now, kind=kind, name=slug, settings=settings, secrets=secrets, enabled=enabled, slug=slug
    )
    return saved.pk


def people(unit_id: int, count: int, chance: Random, start: int) -> list[Somebody]:
    """So many people of a unit, all agreed to policy news."""
    found: list[Somebody] = []
    for begin in range(0, count, AT_ONCE):
        found += _people(unit_id, min(AT_ONCE, count - begin), chance, start + begin)
    return found


def _people(unit_id: int, count: int, chance: Random, start: int) -> list[Somebody]:
    now = timezone.now()
    made = Person.objects.bulk_create(
        Person(unit_id=unit_id, source="chaos", legal_basis="chaos", created_at=now) for _ in range(count)
    )
    VaultName.objects.bulk_create(VaultName(person=person, name=f"Người {person.pk}") for person in made)
    kinds = chance.choices(list(SHARES), weights=list(SHARES.values()), k=count)
    everybody = [
        Somebody(person.pk, kind, _address(kind, start + place))
        for place, (person, kind) in enumerate(zip(made, kinds, strict=True))
    ]
    addresses = Address.objects.bulk_create(
        Address(
            person_id=one.person_id,
            channel=one.channel,
            value=one.address,
            digest=digest(one.channel, one.address),
            verified_at=now,
        )
        for one in everybody
        if one.channel
    )
    _agree(addresses)
    return everybody


def _address(channel: str, number: int) -> str:
    return {
        "sms": f"849{number:08d}",
        "email": f"nguoi{number}@example.test",
        "zalo": f"{9_000_000_000 + number}",
        "portal": f"hop-thu-{number:020d}",
        "": "",
    }[channel]


def _agree(addresses: Sequence[Address]) -> None:
    words = "Đồng ý nhận tin"
    wording, _made = ConsentWording.objects.get_or_create(
        purpose=PURPOSE, version=1, language="vi",
        defaults={"text": words, "sha256": hashlib.sha256(words.encode()).hexdigest()},
    )  # fmt: skip
    now = timezone.now()
    ConsentEvent.objects.bulk_create(
        ConsentEvent(
            person_id=one.person_id,
            purpose=PURPOSE,
            channel=one.channel,
            kind="given",
            at=now,
            wording=wording,
            means="sample",
            proof={"chaos": True},
        )
        for one in addresses
    )


def spread(seed: int, staff: Staff, units: Sequence[int], who: dict[Role, User]) -> None:
    """Write, approve, prepare and release one broadcast for each unit."""
    for (urgency, _share), unit in zip(BROADCASTS, units, strict=True):
        now = timezone.now()
        draft = Draft(
            title=f"Tin {unit}", purpose=PURPOSE, agency_id=staff.agency_id, unit_id=unit,
            body=f"Chào {{name}}, tin số {unit}: vay vốn làm ăn, không cần thế chấp. Hỏi ấp mình.",
        )  # fmt: skip
        message = create_message(draft=draft, by=who[Role.EDITOR], at=now)
        asked = ask_approval(message=message, by=who[Role.EDITOR], at=now)
        if not hasattr(asked, "decision"):
            decide(submission_id=asked.pk, by=who[Role.REVIEWER], at=now, approve=True)
        segment = Segment.objects.create(
            name=f"Đơn vị {unit}", unit_id=unit, updated_at=now, criteria={"units": [unit], "purpose": PURPOSE}
        )
        plan = Plan(
            segment_id=segment.pk, channels=CHANNELS, expires_at=now + timedelta(days=30), urgency=urgency
        )  # fmt: skip
        version = message.versions.get(sha256=asked.sha256)
        row = prepare(version=version, plan=plan, by=who[Role.CHANNEL_OFFICER], at=now)
        row.key = hashlib.sha256(f"{seed}:{unit}".encode()).hexdigest()[:16]  # drawn otherwise: mishaps hang on it
        row.save(update_fields=["key"])
        release(broadcast=row, by=who[Role.LEADER], at=timezone.now())
