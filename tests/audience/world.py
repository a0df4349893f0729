"""A small province on both maps, its staff, and people in it."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.apps import apps
from django.db.backends.postgresql.psycopg_any import DateRange

from lantoa.audience.models import Person
from lantoa.audience.selectors import current_wordings
from lantoa.audience.services import ensure_groups, ensure_wordings
from lantoa.audience.services.storing import Agreement, Contact, store_contacts
from lantoa.kernel.access import Grant, register_source
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.kernel.text import fold, sort_key
from lantoa.territory.selectors import reach_ids

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
OLD, REFORM = date(2020, 1, 1), date(2025, 7, 1)
_serial = itertools.count(1)


@dataclass
class World:
    """Units by name (old commune "Mỏ Ốc" became part of "Đất Mũi"), staff with posts made on demand."""

    units: dict[str, int]
    groups: dict[str, Any]
    posts: dict[int, list[Grant]] = field(default_factory=dict)

    def hire(self, *roles: Role, unit: str = "Tỉnh Mẫu") -> User:
        user = User.objects.create_user(email=f"staff{next(_serial)}@example.test", display_name="Staff")
        units = reach_ids(self.units[unit], on=TODAY)
        self.posts[user.pk] = [Grant(role, units, 1, place) for place, role in enumerate(roles, 1)]
        return user


def build() -> World:
    units = _units()
    ensure_wordings()
    world = World(units, ensure_groups())
    register_source(lambda user, at: world.posts.get(user.pk, []))
    return world


def _units() -> dict[str, int]:
    unit, version = apps.get_model("territory", "Unit"), apps.get_model("territory", "UnitVersion")
    code = apps.get_model("territory", "UnitCode")
    rows = [
        ("Tỉnh Mẫu", "province", 1, None, DateRange(OLD, None), "96"),
        ("Xã Mỏ Ốc", "commune", 3, "Tỉnh Mẫu", DateRange(OLD, REFORM), "32001"),
        ("Xã Đất Mũi", "commune", 3, "Tỉnh Mẫu", DateRange(OLD, None), "32002"),
        ("Xã Khánh An", "commune", 3, "Tỉnh Mẫu", DateRange(OLD, None), "32003"),
        ("Ấp Rạch Tàu", "ap", 4, "Xã Đất Mũi", DateRange(OLD, None), ""),
        ("Tỉnh Khác", "province", 1, None, DateRange(OLD, None), "97"),
        ("Xã Khánh Hòa", "commune", 3, "Tỉnh Khác", DateRange(OLD, None), "33001"),
    ]
    made = {name: unit.objects.create().pk for name, *_rest in rows}
    for name, kind, level, parent, valid, number in rows:
        short = name.split(" ", 1)[1]
        version.objects.create(
            unit_id=made[name], name=name, short_name=short, folded=fold(name), kind=kind, level=level,
            parent_id=made.get(parent), valid=valid, sort_key=sort_key(short),
        )  # fmt: skip
        if number:
            code.objects.create(unit_id=made[name], code=number, valid=valid)
    merger = apps.get_model("territory", "UnitEvent").objects.create(kind="merge", on=REFORM)
    apps.get_model("territory", "UnitLineage").objects.create(
        event=merger, from_unit_id=made["Xã Mỏ Ốc"], to_unit_id=made["Xã Đất Mũi"], share=1
    )
    return made


def contact(world: World, *, unit: str = "Xã Đất Mũi", channels: Sequence[str] = ("sms",), **more: Any) -> Contact:
    """A contact with one address a channel, agreed to for policy news unless told otherwise."""
    number = next(_serial)
    values = {
        "sms": more.pop("phone", f"84900{number:06d}"),
        "zalo": f"{7_000_000_000 + number}",
        "email": f"nguoi{number}@vi-du.example",
        "portal": f"hop-thu-cua-nguoi-{number:08d}",
    }
    agreed = more.pop("agreed", [("policy_news", channel, True) for channel in channels])
    groups = tuple(world.groups[code].pk for code in more.pop("groups", ()))
    wordings = current_wordings("vi")
    plain: dict[str, Any] = {
        "unit_id": world.units[unit], "name": f"Người {number}", "language": "vi", "groups": groups,
        "addresses": [(channel, values[channel]) for channel in channels], "source": "test", "legal_basis": "phiếu",
        "agreements": [Agreement(purpose, channel, wordings[purpose].pk, yes) for purpose, channel, yes in agreed],
        "said_at": NOW, "means": "sample", "proof": {"test": number},
    }  # fmt: skip
    return Contact(**plain | more)


def settle(*contacts: Contact, at: datetime = NOW) -> list[Person]:
    """Store the contacts and return the people in order."""
    ids = store_contacts(contacts, at=at, since=OLD, operator_id=None)
    people = Person.objects.in_bulk(ids)
    return [people[pk] for pk in ids]
