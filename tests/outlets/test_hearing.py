"""Whose key proves a loudspeaker's word, and what it tells of when it was there."""

from datetime import UTC, datetime, timedelta

import pytest

from lantoa.channels.events import OutletSeen
from lantoa.channels.loudspeaker import devices
from lantoa.channels.loudspeaker.keys import new_private, public_of
from lantoa.channels.loudspeaker.protocol import Address
from lantoa.channels.models import ChannelAccount
from lantoa.channels.services import save_account
from lantoa.kernel.enums import Role
from lantoa.outlets.enums import Sighting
from lantoa.outlets.facts import Facts
from lantoa.outlets.hearing import on_outlet_seen
from lantoa.outlets.models import Outlet
from lantoa.outlets.services import save_outlet
from tests.audience.world import OLD, World

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
KEY = public_of(new_private())
HERE = Address("96", "32000", "loa-1")


def station(world: World, account: ChannelAccount, name: str = "Đài xã", **settings: str) -> Outlet:
    known = {"commune": "32000", "device": "loa-1", "device_key": KEY, "slots": "HN 05:00-05:30"} | settings
    facts = Facts(name=name, starts=OLD, account_id=account.pk, settings=known)
    officer = world.hire(Role.CHANNEL_OFFICER)
    return save_outlet(by=officer, at=NOW, kind="loudspeaker", unit_id=world.units["Xã Đất Mũi"], facts=facts)


def broker(name: str = "Loa tỉnh") -> ChannelAccount:
    return save_account(by=None, at=NOW, kind="loudspeaker", name=name, settings={"province": "96"})


def seen(account: ChannelAccount, at: datetime, *, online: bool = True, place: str = "96/32000/loa-1") -> None:
    on_outlet_seen(OutletSeen(account.pk, "loudspeaker", place, online, at.isoformat(), "", 1))


def test_a_key_belongs_to_one_address_of_one_account(world: World) -> None:
    account, other = broker(), broker("Loa khác")
    station(world, account)
    assert devices.key_of(account.pk, HERE) == KEY
    assert devices.key_of(other.pk, HERE) == ""
    assert devices.key_of(account.pk, Address("96", "32000", "loa-2")) == ""
    station(world, account, "Đài trùng", device_key=public_of(new_private()))
    assert devices.key_of(account.pk, HERE) == ""  # two claim it: nobody's word counts


def test_a_device_lights_its_outlet_and_its_last_will_darkens_it(world: World) -> None:
    account = broker()
    row, elsewhere = station(world, account), station(world, account, "Đài bên", device="loa-2")
    seen(account, NOW)
    seen(account, NOW + timedelta(hours=1), online=False)
    seen(account, NOW + timedelta(minutes=5))  # an older word changes nothing
    row.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (row.last_state, row.last_seen_at) == (Sighting.TROUBLE, NOW + timedelta(hours=1))
    assert elsewhere.last_seen_at is None
