"""People and units for approvals; grants come from a source that reads what the test hands out."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import pytest

from lantoa.kernel import access
from lantoa.kernel.access import Grant
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
Hire = Callable[..., User]


@pytest.fixture
def unit(db: None) -> int:
    from django.apps import apps

    return apps.get_model("territory", "Unit").objects.create().pk


@pytest.fixture
def other_unit(db: None) -> int:
    from django.apps import apps

    return apps.get_model("territory", "Unit").objects.create().pk


@pytest.fixture
def hire(db: None) -> Iterator[Hire]:
    """`hire(Role.EDITOR, unit)` makes a person with one post over that unit."""
    from django.apps import apps

    posts: dict[int, list[Grant]] = {}
    agency = apps.get_model("agencies", "Agency").objects.create()
    before = list(access._source)

    def source(user: User, at: datetime) -> Sequence[Grant]:
        return posts.get(user.pk, [])

    def make(*roles: Role, unit: int, **extra: object) -> User:
        user = User.objects.create_user(
            email=f"p{User.objects.count()}@example.test", display_name=f"Person {User.objects.count()}", **extra
        )
        posts[user.pk] = [
            Grant(role, [unit], agency_id=agency.pk, post_id=number) for number, role in enumerate(roles, 1)
        ]
        return user

    access.register_source(source)
    yield make
    access._source[:] = before


@pytest.fixture
def editor(hire: Hire, unit: int) -> User:
    return hire(Role.EDITOR, unit=unit)


@pytest.fixture
def reviewer(hire: Hire, unit: int) -> User:
    return hire(Role.REVIEWER, unit=unit)
