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
from urllib.request import Request, urlopen

from django.utils import timezone
from psycopg.types.range import DateRange

from chaos import accounts, outlets
from lantoa.agencies.models import Agency
from lantoa.approvals.services import decide
from lantoa.audience.addresses import digest
from lantoa.audience.models import Address, ConsentEvent, ConsentWording, Person, Segment, VaultName
from lantoa.channels.webpush.subscription import parse
from lantoa.kernel.access import Grant, register_source
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.kernel.text import fold
from lantoa.outreach.models import MessageVersion
from lantoa.outreach.services import Draft, Form, Plan, ask_approval, create_message, prepare, release, save_message
from lantoa.outreach.spread import Spread
from lantoa.simulators.serve import PORTS
from lantoa.territory.models import Unit, UnitVersion

CHANNELS = ("portal", "zalo", "email", "sms", "telegram", "webpush", "zbs")
SHARES = {
    "sms": 0.42, "zalo": 0.2, "email": 0.12, "portal": 0.13, "telegram": 0.06, "webpush": 0.04, "zbs": 0.015, "": 0.015,
}  # fmt: skip
"""On which channel people have their one address; "" has none. Of templates the stand-in takes 2,000 a day."""
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
    accounts.open_accounts(base)
    at_outlets = outlets.open_accounts(base)
    everybody: list[Somebody] = []
    for place, unit in enumerate(units):
        share = sum(part for _class, part in BROADCASTS[: place + 1])
        everybody += people(unit, round(audience * share) - len(everybody), chance, len(everybody), base)
    roles = (Role.EDITOR, Role.REVIEWER, Role.CHANNEL_OFFICER, Role.LEADER)
    who = dict(zip(roles, [staff.hire(role, units) for role in roles], strict=True))
    outlets.open_outlets(units, at_outlets, base, who[Role.CHANNEL_OFFICER])
    spread(seed, staff, units, who)
    put_up(seed, staff, units, who, audience)
    target.write_text(json.dumps([asdict(one) for one in everybody]))


def commune(name: str) -> int:
    """A commune that has always been there."""
    made = Unit.objects.create()
    UnitVersion.objects.create(
        unit=made, name=name, short_name=name, folded=fold(name), kind="commune", level=3, sort_key=name,
        valid=DateRange(date(2000, 1, 1), None),
    )  # fmt: skip
    return made.pk


def people(unit_id: int, count: int, chance: Random, start: int, base: int) -> list[Somebody]:
    """So many people of a unit, all agreed to policy news."""
    found: list[Somebody] = []
    for begin in range(0, count, AT_ONCE):
        found += _people(unit_id, min(AT_ONCE, count - begin), chance, start + begin, base)
    return found


def _people(unit_id: int, count: int, chance: Random, start: int, base: int) -> list[Somebody]:
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
    held = [(one, _subscribed(base, one.address) if one.channel == "webpush" else one.address) for one in everybody]
    addresses = Address.objects.bulk_create(
        Address(
            person_id=one.person_id, channel=one.channel, value=value, digest=digest(one.channel, value),
            verified_at=now,
        )
        for one, value in held
        if one.channel
    )  # fmt: skip
    _agree(addresses)
    return everybody


def _address(channel: str, number: int) -> str:
    return {
        "sms": f"849{number:08d}",
        "email": f"nguoi{number}@example.test",
        "zalo": f"{9_000_000_000 + number}",
        "zbs": f"849{number:08d}",
        "telegram": f"{171_000_000 + number}",
        "webpush": f"trinh-duyet-{number}",
        "portal": f"hop-thu-{number:020d}",
        "": "",
    }[channel]


def _subscribed(base: int, name: str) -> str:
    """A browser's subscription as its push service gives it, in the one written form."""
    url = f"http://127.0.0.1:{base + PORTS['webpush'][0]}/_subscribe"
    with urlopen(Request(url, json.dumps({"name": name}).encode()), timeout=60) as reply:
        return parse(reply.read().decode()).written()


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
    """Write, approve, prepare and release one broadcast to the people of each unit."""
    for (urgency, _share), unit in zip(BROADCASTS, units, strict=True):
        now = timezone.now()
        body = f"Chào {{name}}, tin số {unit}: vay vốn làm ăn, không cần thế chấp. Hỏi ấp mình."
        forms = _forms(unit, long=unit == units[2])
        version = _approved(staff, unit, who, title=f"Tin {unit}", body=body, forms=forms)
        segment = Segment.objects.create(
            name=f"Đơn vị {unit}", unit_id=unit, updated_at=now, criteria={"units": [unit], "purpose": PURPOSE}
        )
        plan = Plan(
            segment_id=segment.pk, channels=CHANNELS, expires_at=now + timedelta(days=30), urgency=urgency
        )  # fmt: skip
        _release(version, plan, who, f"{seed}:{unit}")


def put_up(seed: int, staff: Staff, units: Sequence[int], who: dict[Role, User], audience: int) -> None:
    """The same for the outlets of each unit, in rounds; every other message is urgent."""
    now = timezone.now()
    for number, begins in enumerate(outlets.starts(seed, audience, now)):
        for place, unit in enumerate(units):
            title = f"Tin công cộng {number:02d}-{place}"
            forms = outlets.forms(title)
            version = _approved(staff, unit, who, title=title, body="", forms=forms)
            plan = Plan(
                segment_id=None, channels=(), expires_at=now + timedelta(days=30),
                urgency="urgent" if (number + place) % 2 else "ordinary",
                spread=Spread(kinds=outlets.KINDS, unit_id=unit, starts_at=begins),
            )  # fmt: skip
            _release(version, plan, who, f"{seed}:{title}")


def _approved(
    staff: Staff, unit: int, who: dict[Role, User], *, title: str, body: str, forms: Sequence[Form]
) -> MessageVersion:
    now, editor = timezone.now(), who[Role.EDITOR]
    draft = Draft(title=title, purpose=PURPOSE, agency_id=staff.agency_id, unit_id=unit, body=body)
    message = create_message(draft=draft, by=editor, at=now)
    message = save_message(message=message, forms=forms, by=editor, at=now)
    asked = ask_approval(message=message, by=editor, at=now)
    if not hasattr(asked, "decision"):
        decide(submission_id=asked.pk, by=who[Role.REVIEWER], at=now, approve=True)
    return message.versions.get(sha256=asked.sha256)


def _release(version: MessageVersion, plan: Plan, who: dict[Role, User], drawn_from: str) -> None:
    row = prepare(version=version, plan=plan, by=who[Role.CHANNEL_OFFICER], at=timezone.now())
    row.key = hashlib.sha256(drawn_from.encode()).hexdigest()[:16]  # drawn otherwise: mishaps hang on it
    row.save(update_fields=["key"])
    release(broadcast=row, by=who[Role.LEADER], at=timezone.now())


def _forms(unit: int, *, long: bool) -> list[Form]:
    """What fits the templates that providers approved. A name with marks makes a text of two parts."""
    whom = "{name}, vay von lam an khong can the chap, hoi to vay von o" if long else "hoi to vay von o"
    return [
        Form(channel="sms", body=f"Ba con {whom} xa so {unit} va nho mang the."),
        Form(channel="zbs", body=f"template: 271001\ncustomer_name: {{name}}\ncontent: Vay vốn ở xã số {unit}."),
    ]
