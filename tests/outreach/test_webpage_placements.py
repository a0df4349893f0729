"""From an approved message to the feed and back: the whole way through placements."""

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from lantoa.announcements.models import Announcement
from lantoa.channels.models import ChannelAccount
from lantoa.channels.placing import Placing
from lantoa.channels.registry import public
from lantoa.channels.selectors import placer_for
from lantoa.outreach.models import Placement
from lantoa.outreach.outcomes import settle
from lantoa.outreach.placement_enums import PlacementState
from lantoa.outreach.services import Form, save_message, take_down
from lantoa.outreach.services.carrying import Ended, complete_placements, take_placements
from tests.outreach.public_world import outlet, placed, public_version, settle_unit
from tests.outreach.world import LEASE, NOW, World, approve

pytestmark = pytest.mark.django_db


def carry(at: Any, account: ChannelAccount | None = None) -> None:
    """What a worker's lane does."""
    kind = account.kind if account else "webpage"
    capability = public(kind).capability

    async def put(placing: Placing) -> Any:
        async with placer_for(kind, account) as placer:
            return await placer.place(placing)

    for one in take_placements(kind=kind, account_id=account and account.pk, limit=10, at=at, lease=LEASE):
        outcome = async_to_sync(put)(one.placing)
        ended = settle(outcome, capability=capability, urgency=one.urgency, attempts=1, in_doubt=False, now=at)
        complete_placements([Ended(one, ended, at)])


def test_a_placement_becomes_an_announcement_new_words_keep_it_and_taking_down_removes_it(
    world: World, run_jobs: Any
) -> None:
    settle_unit(world)
    outlet(world, "webpage", "Trang của xã", settings={"page": "xa-tan-thu"})
    version = public_version(world, ["webpage"], {"webpage": "Lời thứ nhất."})
    placed(world, ["webpage"], version=version)
    carry(NOW)
    first = Announcement.objects.get()
    assert (first.page.slug, first.text, first.about) == ("xa-tan-thu", "Lời thứ nhất.", str(version.message_id))
    assert Placement.objects.get().state == PlacementState.DONE

    later = NOW + timedelta(hours=1)
    written = version.message
    save_message(message=written, forms=[Form(channel="webpage", subject="Vay vốn", body="Lời thứ hai.")],
                 by=world.editor, at=later)  # fmt: skip
    written.refresh_from_db()
    placed(world, ["webpage"], version=approve(world, written), at=later)
    carry(later)
    again = Announcement.objects.get()
    assert (again.public_id, again.text) == (first.public_id, "Lời thứ hai.")

    take_down(placement=Placement.objects.order_by("pk").last(), by=world.leader, at=later)
    run_jobs()
    assert Announcement.objects.get().withdrawn_at is not None
