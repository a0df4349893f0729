"""Outlets that no wire gets to: said before the release and on the outlet's page, not of those people serve."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from lantoa.channels.models import ChannelAccount
from lantoa.channels.services import save_account
from lantoa.outlets.enums import WireFault
from lantoa.outlets.models import Outlet
from lantoa.outlets.selectors import unwired, wire_fault
from lantoa.outreach.models import Placement
from lantoa.outreach.services import Plan, prepare, release
from lantoa.outreach.services.carrying import take_placements
from lantoa.outreach.spread import Spread
from tests.outreach.public_world import outlet, public_version
from tests.outreach.test_pages import as_, place
from tests.outreach.world import LEASE, NOW, World

pytestmark = pytest.mark.django_db


def page_account(*, enabled: bool) -> ChannelAccount:
    row = save_account(by=None, at=NOW, kind="facebook", name="Trang của tỉnh", settings={"page_id": "1"})
    ChannelAccount.objects.filter(pk=row.pk).update(enabled=enabled)
    return row


@pytest.fixture
def outlets(world: World) -> dict[str, Outlet]:
    place(world)
    on, off = page_account(enabled=True), page_account(enabled=False)
    return {
        "none": outlet(world, "facebook", "Trang xã chưa nối"),
        "off": outlet(world, "facebook", "Trang xã đã tắt", account_id=off.pk),
        "on": outlet(world, "facebook", "Trang xã đang dùng", account_id=on.pk),
        "device": outlet(world, "loudspeaker", "Cụm loa ấp 1"),
        "people": outlet(world, "loudspeaker", "Loa tay ấp 2", settings={"without_device": True}),
        "board": outlet(world, "board", "Bảng tin"),
    }


def test_each_is_found_by_why(world: World, outlets: dict[str, Outlet]) -> None:
    faults = {name: wire_fault(Outlet.objects.get(pk=row.pk)) for name, row in outlets.items()}
    assert faults == {
        "none": WireFault.NO_ACCOUNT, "off": WireFault.ACCOUNT_OFF, "on": None, "device": WireFault.NO_ACCOUNT,
        "people": None, "board": None,
    }  # fmt: skip
    found = unwired(["facebook", "loudspeaker", "board"], world.unit_id, on=timezone.localdate())
    assert [row.name for row in found] == ["Trang xã chưa nối", "Trang xã đã tắt", "Cụm loa ấp 1"]
    assert unwired(["board"], world.unit_id, on=timezone.localdate()) == []


def draft(world: World, *kinds: str) -> Any:
    plan = Plan(segment_id=None, channels=(), expires_at=timezone.now() + timedelta(days=2),
                spread=Spread(kinds=kinds))  # fmt: skip
    return prepare(version=public_version(world, kinds), plan=plan, by=world.officer, at=timezone.now())


def test_it_is_said_before_the_release_with_names_and_number(world: World, outlets: dict[str, Outlet]) -> None:
    for number in range(6):
        outlet(world, "facebook", f"Trang {number}")
    row = draft(world, "facebook", "board")
    for address in ("outreach:broadcast", "outreach:release"):
        page = as_(world.officer).get(reverse(address, args=[row.pk])).content.decode()
        assert "8 điểm không có tài khoản kênh đang dùng" in page
        assert "và 3 điểm nữa" in page
        assert "Cụm loa ấp 1" not in page, "a kind that is not chosen"
        assert reverse("outlets:outlet", args=[Outlet.objects.get(name="Trang 0").pk]) in page


def test_nothing_is_said_where_every_outlet_is_reached(world: World, outlets: dict[str, Outlet]) -> None:
    row = draft(world, "board")
    page = as_(world.officer).get(reverse("outreach:broadcast", args=[row.pk])).content.decode()
    assert "không có tài khoản kênh đang dùng" not in page


def test_the_outlets_page_says_what_to_do(world: World, outlets: dict[str, Outlet]) -> None:
    said = {
        name: as_(world.officer).get(reverse("outlets:outlet", args=[row.pk])).content.decode()
        for name, row in outlets.items()
    }
    assert "chưa ghi tài khoản kênh" in said["none"]
    assert "đang tắt" in said["off"]
    assert [name for name, page in said.items() if "Tin không tự đến được đây" in page] == ["none", "off", "device"]


def test_an_account_named_after_the_release_is_used(world: World, outlets: dict[str, Outlet]) -> None:
    row = release(broadcast=draft(world, "facebook"), by=world.leader, at=timezone.now())
    account = outlets["on"].account_id
    Outlet.objects.filter(pk=outlets["none"].pk).update(account_id=account)
    taken = take_placements(kind="facebook", account_id=account, limit=9, at=timezone.now(), lease=LEASE)
    named = Placement.objects.filter(pk__in=[one.id for one in taken]).values_list("outlet__name", flat=True)
    assert set(named) == {"Trang xã chưa nối", "Trang xã đang dùng"}
    assert row.placement_count == 3
