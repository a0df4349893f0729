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
from urllib.request import Request, urlopen

from django.utils import timezone
from psycopg.types.range import DateRange

from chaos.doors import CALLBACK_SECRET, OTHER_SECRETS, WEBHOOK_SECRET
from lantoa.agencies.models import Agency
from lantoa.approvals.services import decide
from lantoa.audience.addresses import digest
from lantoa.audience.models import Address, ConsentEvent, ConsentWording, Person, Segment, VaultName
from lantoa.channels.models import ChannelAccount
from lantoa.channels.services import save_account
from lantoa.channels.webpush.keys import new_private_key
from lantoa.channels.webpush.subscription import parse
from lantoa.channels.zalo.tokens import good_token
from lantoa.channels.zbs.templates import read_register, stored
from lantoa.kernel.access import Grant, register_source
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.kernel.text import fold
from lantoa.outreach.models import Message
from lantoa.outreach.services import Draft, Form, Plan, ask_approval, create_message, prepare, release, save_message
from lantoa.simulators.serve import PORTS
from lantoa.simulators.sms import SEND
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
    accounts(base)
    everybody: list[Somebody] = []
    for place, unit in enumerate(units):
        share = sum(part for _class, part in BROADCASTS[: place + 1])
        everybody += people(unit, round(audience * share) - len(everybody), chance, len(everybody), base)
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
    """One account in use of each kind, and of some another one, out of use, with secrets of its own."""
    at = {name: f"http://127.0.0.1:{base + places[0]}" for name, places in PORTS.items()}
    port = {name: base + places[-1] for name, places in PORTS.items()}
    _account("portal", {"hours": "any"}, {})
    _account("email", {**_relay(port), "hours": "any"}, {})
    _gateways(at, port)
    _zalo(at["zalo"])
    _joined(at)


_QUICK = {"rate_per_second": 2000, "timeout": 2, "hours": "any", "connections": 10}


def _relay(port: dict[str, int]) -> dict[str, Any]:
    return {
        "host": "127.0.0.1", "port": port["smtp"], "security": "none", "sender": "tin@lantoa.example.test",
        "sender_name": "Lan Tỏa", "timeout": 2,
    }  # fmt: skip


def _gateways(at: dict[str, str], port: dict[str, int]) -> None:
    """Four ways to carry texts; only the first drops a repeat."""
    branded = {**_QUICK, "brandname": "LANTOA"}
    keys = {"api_key": "demo-api-key", "secret_key": "demo-secret-key", "callback_secret": CALLBACK_SECRET}
    _account("sms", {**_QUICK, "url": at["sms"] + SEND}, keys)
    _account("sms", {**_QUICK, "url": at["sms"] + SEND}, {**keys, "callback_secret": OTHER_SECRETS["sms"]}, other=True)
    centre = {"host": "127.0.0.1", "port": port["smpp"], "system_id": "lantoa", "window": 10, "keepalive": 5}
    reading = {"alphabet": "gsm", "long_texts": "udh", "receipt_ids": "same"}
    _account("smpp", {**branded, **centre, **reading}, {"password": "demo-pw"})
    soap = {"user": "lantoa", "cp_code": "LANTOA", "content_type_plain": "0", "content_type_unicode": "1"}
    _account("viettel", {**branded, "url": f"{at['viettel']}/bulkapi", **soap}, {"password": "demo-pw"})
    forms = {
        "api_user": "lantoa", "username": "lantoa", "agent_id": "1", "label_id": "1", "contract_id": "1",
        "contract_type_id": "1", "is_telco_sub": "0", "data_coding_plain": "0", "data_coding_unicode": "8",
        "templates": "101: Ba con {1} nho mang the.",
    }  # fmt: skip
    _account("vnpt", {**branded, "url": f"{at['vnpt']}/smsbrand/api", **forms}, {"api_pass": "demo-pw"})


def _zalo(url: str) -> None:
    """The official account with what hangs on it, and another one."""
    tokens = {"app_secret": "demo-app-secret", "oa_secret": "demo-oa-secret", "refresh_token": "demo-refresh-token"}
    own = {**_QUICK, "app_id": "1710002022", "oa_id": "4171000000000000001", "api_url": url, "oauth_url": url}
    # A kill during the first exchange would cost the only token.
    good_token(_account("zalo", own, tokens).pk, "")
    stranger = {**tokens, "oa_secret": OTHER_SECRETS["zalo"]}
    _account("zalo", {**own, "oa_id": "4171000000000000002"}, stranger, other=True)
    register = stored(read_register("271001 | Thông báo | 300 | customer_name:30, content:200"))
    _account("zbs", {**_QUICK, "oa": "zalo", "templates": register, "price_per_unit": 300, "api_url": url}, {})


def _joined(at: dict[str, str]) -> None:
    """A bot and a push service."""
    bot = {**_QUICK, "bot_name": "lantoa_bot", "api_url": at["telegram"]}
    token = "171:demo-bot-token-that-opens-nothing"
    _account("telegram", bot, {"bot_token": token, "webhook_secret": WEBHOOK_SECRET})
    push = {"contact": "mailto:tin@lantoa.example.test", "ttl": 86_400, "urgency": "normal", "hosts": at["webpush"]}
    _account("webpush", {**_QUICK, **push}, {"vapid_private": new_private_key()})


def _account(kind: str, settings: dict[str, Any], secrets: dict[str, str], *, other: bool = False) -> ChannelAccount:
    slug, now = f"{kind}-other" if other else kind, timezone.now()
    return save_account(
        by=None, at=now, kind=kind, name=slug, settings=settings, secrets=secrets, enabled=not other, slug=slug
    )


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
    """Write, approve, prepare and release one broadcast for each unit."""
    for (urgency, _share), unit in zip(BROADCASTS, units, strict=True):
        now = timezone.now()
        draft = Draft(
            title=f"Tin {unit}", purpose=PURPOSE, agency_id=staff.agency_id, unit_id=unit,
            body=f"Chào {{name}}, tin số {unit}: vay vốn làm ăn, không cần thế chấp. Hỏi ấp mình.",
        )  # fmt: skip
        message = create_message(draft=draft, by=who[Role.EDITOR], at=now)
        save_message(message=message, forms=_forms(unit, long=unit == units[2]), by=who[Role.EDITOR], at=now)
        message = Message.objects.get(pk=message.pk)
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


def _forms(unit: int, *, long: bool) -> list[Form]:
    """What fits the templates that providers approved. A name with marks makes a text of two parts."""
    whom = "{name}, vay von lam an khong can the chap, hoi to vay von o" if long else "hoi to vay von o"
    return [
        Form(channel="sms", body=f"Ba con {whom} xa so {unit} va nho mang the."),
        Form(channel="zbs", body=f"template: 271001\ncustomer_name: {{name}}\ncontent: Vay vốn ở xã số {unit}."),
    ]
