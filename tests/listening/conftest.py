"""A commune with a People's Committee, its case officer, and cases to open."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db.backends.postgresql.psycopg_any import DateRange

from lantoa.kernel import access
from lantoa.kernel.access import Grant
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.listening.enums import Door
from lantoa.listening.services import open_case

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FOREVER = DateRange(date(2020, 1, 1), None)


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@dataclass
class Place:
    """One commune and the people who work there."""

    unit_id: int
    agency_id: int
    posts: dict = field(default_factory=dict)

    def hire(self, *roles, units=None):
        number = User.objects.count() + 1
        user = User.objects.create_user(email=f"nv{number}@example.test", display_name=f"Nhân viên {number}")
        reach = [self.unit_id] if units is None else units
        self.posts[user.pk] = [Grant(role, reach, self.agency_id, n) for n, role in enumerate(roles, 1)]
        return user


def commune(name, posts=None):
    unit = apps.get_model("territory", "Unit").objects.create()
    apps.get_model("territory", "UnitVersion").objects.create(
        unit=unit, name=name, short_name=name, kind="commune", level=3, valid=FOREVER, folded=name.lower(),
        sort_key=name, source="test",
    )  # fmt: skip
    agency = apps.get_model("agencies", "Agency").objects.create()
    apps.get_model("agencies", "AgencyVersion").objects.create(
        agency=agency, name=f"UBND {name}", kind="peoples_committee", unit=unit, valid=FOREVER, folded=name.lower(),
        sort_key=name,
    )  # fmt: skip
    return Place(unit.pk, agency.pk, {} if posts is None else posts)


@pytest.fixture
def place(db):
    before = list(access._source)
    here = commune("xã Mẫu")
    access.register_source(lambda user, at: here.posts.get(user.pk, []))
    yield here
    access._source[:] = before


@pytest.fixture
def elsewhere(place):
    return commune("xã Khác", place.posts)


@pytest.fixture
def officer(place):
    return place.hire(Role.CASE_OFFICER)


@pytest.fixture
def opened(place):
    """Open a case at the commune; text, time, key and contact may be given."""

    def make(*, at="2026-11-23T09:00", key="k1", text="Vay vốn ở đâu?", unit_id=None, **more):
        return open_case(
            text=text, unit_id=unit_id or place.unit_id, door=more.pop("door", Door.PORTAL),
            submission_key=f"portal:{key}", by=None, at=moment(at), **more,
        )  # fmt: skip

    return make
