"""People with posts, and accounts at providers."""

import socket
from collections.abc import Callable, Iterator

import pytest

from lantoa.channels.models import ChannelAccount
from lantoa.channels.services import save_account
from lantoa.kernel import access
from lantoa.kernel.access import Grant
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User

type Staff = Callable[..., User]


@pytest.fixture
def staff(db: None) -> Iterator[Staff]:
    """Make a user with one role in one agency."""
    before, held = list(access._source), {}
    access.register_source(lambda user, _at: held.get(user.pk, ()))

    def make(role: Role | None, agency_id: int = 0) -> User:
        user = User.objects.create_user(email=f"nguoi{len(held)}-{role}@example.org", display_name="Cán bộ")
        held[user.pk] = [Grant(role, [], agency_id, len(held) + 1)] if role else []
        return user

    yield make
    access._source[:] = before


@pytest.fixture
def zalo_account(db: None) -> ChannelAccount:
    return save_account(
        by=None,
        at=now(),
        kind="zalo",
        name="Zalo tỉnh",
        settings={"app_id": "1710002022", "oa_id": "4171000000000000001"},
        secrets={"app_secret": "demo-app-secret", "oa_secret": "demo-oa-secret", "refresh_token": "demo-refresh-token"},
    )


@pytest.fixture
def sms_account(db: None) -> ChannelAccount:
    return save_account(
        by=None,
        at=now(),
        kind="sms",
        name="Tin nhắn tỉnh",
        settings={"brandname": "LANTOA"},
        secrets={"api_key": "demo-api-key", "secret_key": "demo-secret-key", "callback_secret": "c" * 40},
    )


@pytest.fixture
def free_port() -> int:
    """Return a port that nobody listens on, for a server that cannot tell which one it took."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
