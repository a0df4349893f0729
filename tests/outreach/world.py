"""A small province to spread messages in: people with addresses and consents, an approved message, an SMS account."""

import hashlib
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection

from lantoa.approvals.services import decide
from lantoa.audience.addresses import digest
from lantoa.audience.models import Address, ConsentEvent, ConsentWording, Person, Segment, VaultName
from lantoa.channels.contract import Accepted, Outcome
from lantoa.channels.models import ChannelAccount
from lantoa.channels.registry import capability
from lantoa.kernel.access import Grant, register_source
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.outreach.models import Broadcast, Message, Standing
from lantoa.outreach.outcomes import settle
from lantoa.outreach.services import Draft, Plan, ask_approval, create_message, prepare, release
from lantoa.outreach.services.claiming import Batch, Claimed, Terms, claim
from lantoa.outreach.services.settling import Completion, complete

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # 10 in the morning
LEASE = timedelta(seconds=60)
PURPOSE = "policy_news"
_serial = itertools.count(1)


@dataclass
class World:
    """What a test stands on."""

    unit_id: int
    agency_id: int
    editor: User
    reviewer: User
    officer: User
    leader: User
    posts: dict[int, list[Grant]] = field(default_factory=dict)

    def hire(self, *roles: Role, unit_id: int | None = None) -> User:
        """A person with posts over a unit."""
        number = next(_serial)
        user = User.objects.create_user(email=f"staff{number}@example.test", display_name=f"Staff {number}")
        unit = unit_id or self.unit_id
        self.posts[user.pk] = [Grant(role, [unit], self.agency_id, place) for place, role in enumerate(roles, 1)]
        return user


def build() -> World:
    """A unit, an agency and four members of staff."""
    unit = apps.get_model("territory", "Unit").objects.create()
    agency = apps.get_model("agencies", "Agency").objects.create()
    world = World(unit.pk, agency.pk, None, None, None, None)  # type: ignore[arg-type]
    register_source(lambda user, at: world.posts.get(user.pk, []))
    world.editor, world.reviewer = world.hire(Role.EDITOR), world.hire(Role.REVIEWER)
    world.officer, world.leader = world.hire(Role.CHANNEL_OFFICER), world.hire(Role.LEADER)
    return world


def people(world: World, count: int, channels: Sequence[str] = ("sms",), *, phone: str | None = None,
           consent: bool = True, language: str = "vi") -> list[int]:  # fmt: skip
    """People of one language with one address on each channel, all agreed to (or none); `phone` is shared by all.
    Returns their ids."""
    start = next(_serial) * 100_000
    made = Person.objects.bulk_create(
        Person(unit_id=world.unit_id, source="test", legal_basis="test", created_at=NOW, language=language)
        for _ in range(count)
    )
    VaultName.objects.bulk_create(VaultName(person=person, name=f"Người {person.pk}") for person in made)
    addresses = []
    for place, person in enumerate(made):
        for channel in channels:
            value = phone if phone and channel == "sms" else _value(channel, start + place)
            addresses.append(
                Address(person=person, channel=channel, value=value, digest=digest(channel, value), verified_at=NOW)
            )
    Address.objects.bulk_create(addresses)
    if consent:
        agree(addresses)
    return [person.pk for person in made]


def _value(channel: str, number: int) -> str:
    return {
        "sms": f"84900{number:07d}",
        "email": f"nguoi{number}@example.test",
        "zalo": f"{9_000_000_000 + number}",
        "portal": f"hop-thu-{number:020d}",
        "telegram": f"{7_000_000_000 + number}",
        "zbs": f"8490{number % 10_000_000:07d}",
    }[channel]


def agree(addresses: Iterable[Address], *, kind: str = "given", at: datetime = NOW) -> None:
    """Consent to, or withdrawal from, policy news on each address's channel."""
    text = "Đồng ý nhận tin"
    wording, _made = ConsentWording.objects.get_or_create(
        purpose=PURPOSE, version=1, language="vi",
        defaults={"text": text, "sha256": hashlib.sha256(text.encode()).hexdigest()},
    )  # fmt: skip
    ConsentEvent.objects.bulk_create(
        ConsentEvent(
            person_id=one.person_id,
            purpose=PURPOSE,
            channel=one.channel,
            kind=kind,
            at=at,
            wording=wording,
            means="sample",
            proof={"test": True},
        )
        for one in addresses
    )


def withdraw(person_id: int, *, at: datetime = NOW + timedelta(seconds=1)) -> None:
    """The person says no on every channel."""
    agree(Address.objects.filter(person_id=person_id), kind="withdrawn", at=at)


def message(world: World, body: str = "Vay vốn làm ăn, không cần thế chấp. Hỏi ấp mình.") -> Message:
    """A message with a form for every channel."""
    draft = Draft(title="Vay vốn", purpose=PURPOSE, agency_id=world.agency_id, unit_id=world.unit_id, body=body)
    return create_message(draft=draft, by=world.editor, at=NOW)


def approve(world: World, written: Message) -> Any:
    """Have exactly the message as it stands approved; returns its version."""
    asked = ask_approval(message=written, by=world.editor, at=NOW)
    if not hasattr(asked, "decision"):
        decide(submission_id=asked.pk, by=world.reviewer, at=NOW, approve=True)
    return written.versions.get(sha256=asked.sha256)


def draft(world: World, version: Any, channels: Sequence[str] = ("sms",), **more: Any) -> Broadcast:
    """A prepared broadcast to everybody."""
    segment = Segment.objects.create(name=f"Mọi người {next(_serial)}", unit_id=world.unit_id, updated_at=NOW)
    plan = Plan(
        segment_id=segment.pk, channels=channels, expires_at=more.pop("expires_at", NOW + timedelta(days=2)), **more
    )
    return prepare(version=version, plan=plan, by=world.officer, at=NOW)


def released(
    world: World, count: int = 5, channels: Sequence[str] = ("sms",), *, at: datetime = NOW, **more: Any
) -> Broadcast:
    """A running broadcast to `count` fresh people."""
    if count:
        people(world, count, channels)
    row = draft(world, approve(world, message(world)), channels, **more)
    return release(broadcast=row, by=world.leader, at=at)


def sms_account(url: str, **settings: Any) -> ChannelAccount:
    """An account at an SMS gateway."""
    account = ChannelAccount(kind="sms", name="SMS", slug=f"sms-{next(_serial)}", settings={"url": url, **settings})
    account.hold({"api_key": "demo-api-key", "secret_key": "demo-secret-key", "callback_secret": "s"})
    account.save()
    return account


def take(channel: str = "sms", *, limit: int = 100, at: datetime = NOW, lease: timedelta = LEASE, **more: Any) -> Batch:
    """Claim as account 1, on these terms."""
    return claim(account_id=1, channel=channel, limit=limit, at=at, lease=lease, terms=Terms(**more))


def settled(one: Claimed, outcome: Outcome, *, channel: str = "sms", at: datetime = NOW) -> Completion:
    """How a claimed delivery ends with this outcome."""
    end = settle(
        outcome, capability=capability(channel), urgency=one.urgency, attempts=one.attempts, in_doubt=one.in_doubt,
        now=at,
    )  # fmt: skip
    return Completion(one, end, at, named=not capability(channel).receipts_carry_key)


def finish(
    claimed: Iterable[Claimed], outcome: Outcome | None = None, *, channel: str = "sms", at: datetime = NOW
) -> int:
    """Complete claimed deliveries with one outcome: accepted, when none is given."""
    return complete([settled(one, outcome or Accepted(f"p-{one.id}"), channel=channel, at=at) for one in claimed])


def states(broadcast: Broadcast) -> dict[str, int]:
    """How many deliveries are in each state."""
    counts: dict[str, int] = {}
    for state in Standing.objects.filter(broadcast=broadcast).values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    return counts


def sql(statement: str, *params: Any) -> None:
    """Say it to the database directly."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
