"""What a person takes down is taken away over the wire for every kind that can; where none can, the page says so."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from lantoa.channels.contract import Accepted
from lantoa.channels.models import ChannelAccount
from lantoa.channels.registry import carried, public
from lantoa.channels.services import save_account
from lantoa.outreach.models import Placement
from lantoa.outreach.outcomes import settle
from lantoa.outreach.placement_enums import PlacementState, PlacementStep
from lantoa.outreach.services import Shown, confirm, take_down
from lantoa.outreach.services.carrying import Ended, complete_placements, take_placements
from lantoa.outreach.services.retracting import retract
from lantoa.simulators.facebook import FacebookSimulator
from lantoa.simulators.stage import running
from lantoa.simulators.telegram_channel import TelegramChannelSimulator
from tests.conftest import RunJobs
from tests.outreach.public_world import outlet, placed, settle_unit
from tests.outreach.test_pages import as_
from tests.outreach.test_webpage_placements import carry
from tests.outreach.world import LEASE, NOW, World

pytestmark = pytest.mark.django_db


def steps(row: Placement) -> list[str]:
    return list(row.history.order_by("pk").values_list("step", flat=True))


def page_of(world: World, row: Placement) -> str:
    return as_(world.officer).get(reverse("outreach:placement", args=[row.pk])).content.decode()


def carried_there(world: World, account: ChannelAccount, **settings: Any) -> Placement:
    """One placement, brought to its outlet by what a worker's lane does."""
    settle_unit(world)
    outlet(world, account.kind, "Trang của xã", account_id=account.pk, settings=settings)
    placed(world, [account.kind])
    carry(NOW, account)
    return Placement.objects.get()


def test_every_wired_kind_says_whether_it_takes_back() -> None:
    takes = {kind: public(kind).capability.recalls for kind in carried()}
    assert takes == {
        "loudspeaker": True, "webpage": True, "facebook": True, "telegram_channel": True, "zalo_broadcast": False,
        "press": False,
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["facebook", "telegram_channel"])
def test_a_post_goes_when_a_person_takes_it_down(world: World, run_jobs: RunJobs, kind: str) -> None:
    simulator: Any = FacebookSimulator() if kind == "facebook" else TelegramChannelSimulator()
    with running(simulator):
        if kind == "facebook":
            settings = {"api_url": simulator.url, "page_id": simulator.page_id}
            secrets = {"page_token": "demo-page-token", "app_secret": "demo-app-secret"}
        else:
            settings, secrets = {"api_url": simulator.url}, {"bot_token": simulator.bot_token}
        account = save_account(by=None, at=NOW, kind=kind, name="Trang", settings=settings, secrets=secrets)
        row = carried_there(world, account, chat_id="@giamngheo")
        assert len(simulator.posts) == 1
        assert "Gỡ xuống" in page_of(world, row)
        take_down(placement=row, by=world.leader, at=timezone.now())
        run_jobs()
        assert not simulator.posts
        assert steps(row)[-2:] == [PlacementStep.WITHDRAWN, PlacementStep.RETRACTED]
        assert retract(placement_id=row.pk) is False, "asked once"
    page = page_of(world, row)
    assert "Đã gỡ qua đường truyền" in page
    assert "Tin có thể vẫn còn ở đó" not in page


def test_a_post_somebody_deleted_there_is_said_to_be_looked_for(world: World, run_jobs: RunJobs) -> None:
    simulator = FacebookSimulator()
    with running(simulator):
        account = save_account(
            by=None, at=NOW, kind="facebook", name="Trang", settings={"api_url": simulator.url, "page_id":
            simulator.page_id}, secrets={"page_token": "demo-page-token", "app_secret": "demo-app-secret"},
        )  # fmt: skip
        row = carried_there(world, account)
        simulator.posts.clear()
        take_down(placement=row, by=world.leader, at=timezone.now())
        run_jobs()
    row.refresh_from_db()
    assert (row.state, steps(row)[-1]) == (PlacementState.WITHDRAWN, PlacementStep.LEFT_THERE)
    assert "Tin có thể vẫn còn ở đó" in page_of(world, row)


def test_what_zalo_sent_cannot_be_recalled_and_the_page_says_so(world: World, run_jobs: RunJobs) -> None:
    settle_unit(world)
    account = save_account(by=None, at=NOW, kind="zalo_broadcast", name="Zalo", settings={"author": "Ban"})
    outlet(world, "zalo_broadcast", "Bà con trong tỉnh", account_id=account.pk)
    placed(world, ["zalo_broadcast"])
    row = Placement.objects.get()
    came(row, account)
    said = page_of(world, row)
    assert "không thu hồi được" in said
    assert "Gỡ xuống" not in said
    take_down(placement=row, by=world.leader, at=timezone.now())
    run_jobs()
    assert steps(row)[-1] == PlacementStep.LEFT_THERE
    assert "Hãy gửi tin đính chính" in page_of(world, row)


def came(row: Placement, account: ChannelAccount) -> None:
    """The provider took it."""
    [taken] = take_placements(kind=row.kind, account_id=account.pk, limit=9, at=NOW, lease=LEASE)
    capability = public(row.kind).capability
    ended = settle(Accepted("z-1"), capability=capability, urgency=taken.urgency, attempts=1, in_doubt=False, now=NOW)
    complete_placements([Ended(taken, ended, NOW)])


def test_what_people_put_up_is_no_wires_to_take(world: World, run_jobs: RunJobs) -> None:
    settle_unit(world)
    outlet(world, "facebook", "Trang chưa nối")
    placed(world, ["facebook"])
    row = Placement.objects.get()
    confirm(placement=row, shown=Shown(at=timezone.now()), by=world.officer, at=timezone.now())
    take_down(placement=row, by=world.leader, at=timezone.now())
    run_jobs()
    assert steps(row)[-1] == PlacementStep.WITHDRAWN
