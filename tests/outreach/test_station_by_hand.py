"""A station without a device: planned by the same rules, its hour in its package and on its page, its people's word."""

import json
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from lantoa.channels.placing import Priority
from lantoa.outlets.models import Outlet
from lantoa.outreach.events import BroadcastReleased
from lantoa.outreach.jobs import plan_stations
from lantoa.outreach.models import Placement
from lantoa.outreach.placement_forms import ConfirmForm
from lantoa.outreach.placement_showing import PlacementPage
from lantoa.outreach.programme_showing import tell
from lantoa.outreach.services import Shown, confirm
from lantoa.outreach.services.programmes import plan_by_hand
from tests.channels.loudspeaker.conftest import wav
from tests.conftest import RunJobs
from tests.outreach.public_world import outlet, placed, public_version, settle_unit
from tests.outreach.test_pages import as_
from tests.outreach.world import NOW, World

pytestmark = pytest.mark.django_db
SLOT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # 17:00 in Vietnam, on the day of NOW
WORDS = "Mời bà con đến nghe hướng dẫn vay vốn."


@pytest.fixture
def station(world: World) -> Outlet:
    settle_unit(world)
    return outlet(
        world, "loudspeaker", "Đài xã", settings={"without_device": True, "slots": "HN 17:00-17:03", "quiet": ""}
    )


def released(world: World, priority: Priority = Priority.NORMAL, seconds: int = 60, **more: Any) -> Placement:
    version = public_version(world, ["loudspeaker"], {"loudspeaker": WORDS}, sound=wav(seconds))
    return Placement.objects.get(broadcast=placed(world, ["loudspeaker"], version=version, priority=priority, **more))


def planned(row: Placement, at: datetime = NOW) -> datetime | None:
    plan_stations_at(row, at)
    row.refresh_from_db()
    return row.starts_at


def plan_stations_at(row: Placement, at: datetime) -> int:
    return plan_by_hand(broadcast_id=row.broadcast_id, at=at)


def test_it_is_planned_with_its_recordings_length_and_what_was_told_stays(world: World, station: Outlet) -> None:
    first, second = released(world, seconds=70), released(world, seconds=50)
    assert plan_stations_at(second, NOW) == 2, "whatever waits at the station"
    assert [planned(first), planned(second)] == [SLOT, SLOT + timedelta(seconds=70)]
    liked = released(world, Priority.PREFERRED, seconds=60)
    assert planned(liked) == SLOT + timedelta(seconds=120)
    assert [planned(first), planned(second)] == [SLOT, SLOT + timedelta(seconds=70)]
    full = released(world)
    assert planned(full) == SLOT + timedelta(days=1), "the slot of today is full"
    assert planned(released(world, Priority.URGENT)) == NOW
    none = released(world, expires_at=NOW + timedelta(hours=8))
    assert planned(none) is None


def test_preferred_goes_first_among_what_waits(world: World, station: Outlet) -> None:
    plain, liked = released(world), released(world, Priority.PREFERRED, seconds=30)
    plan_stations_at(plain, NOW)
    assert [planned(liked), planned(plain)] == [SLOT, SLOT + timedelta(seconds=30)]


def test_the_release_itself_plans_it(world: World, station: Outlet, run_jobs: RunJobs) -> None:
    row = released(world, Priority.URGENT, expires_at=timezone.now() + timedelta(days=2))
    run_jobs()
    row.refresh_from_db()
    kept = row.starts_at
    assert kept is not None
    plan_stations(BroadcastReleased(row.broadcast_id, 1))
    assert run_jobs() == 1
    row.refresh_from_db()
    assert row.starts_at == kept, "a repeat keeps what was told"


def test_package_and_pages_show_the_hour_and_its_people_say_when_it_was(world: World, station: Outlet) -> None:
    row = released(world, seconds=65)
    assert planned(row) == SLOT
    [line] = tell(station, NOW) or ()
    assert (line.start, line.told, line.by_hand, line.length) == (SLOT, True, True, "1 phút 5 giây theo bản thu")
    kit = PlacementPage(row, world.officer, at=NOW).kit
    assert kit is not None
    with zipfile.ZipFile(BytesIO(kit.content)) as archive:
        facts = json.loads(archive.read("metadata.json"))
        times = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".txt"))
    assert datetime.fromisoformat(facts["start_at"]) == SLOT
    assert facts["minutes"] == pytest.approx(65 / 60)
    assert "17:00 23/11/2026" in times
    assert "1 phút 5 giây theo bản thu" in times
    shown = as_(world.officer).get(reverse("outreach:placement", args=[row.pk])).content.decode()
    assert "Giờ phát theo chương trình" in shown
    page = as_(world.officer).get(reverse("outlets:outlet", args=[station.pk])).content.decode()
    assert "Chương trình phát" in page
    after = SLOT + timedelta(hours=2)
    form = ConfirmForm(row=row, now=after)
    assert form.fields["at"].initial == SLOT, "the hour it was planned for is offered"
    done = confirm(placement=row, shown=Shown(at=SLOT + timedelta(minutes=1)), by=world.officer, at=after)
    assert (done.state, done.done_at) == ("done", SLOT + timedelta(minutes=1))
    assert tell(station, NOW) == []


def test_where_people_play_at_no_set_hours_there_is_no_programme(world: World, station: Outlet) -> None:
    Outlet.objects.filter(pk=station.pk).update(settings={"without_device": True})
    row = released(world)
    assert planned(row) is None
    station.refresh_from_db()
    assert tell(station, NOW) is None
