"""Take away what a wire brought: called after a person took a placement down, outside any transaction."""

import logging

from asgiref.sync import async_to_sync

from lantoa.channels.contract import Rejected, Unknown
from lantoa.channels.models import ChannelAccount
from lantoa.channels.placing import Placer, Placing
from lantoa.channels.selectors import placer_for
from lantoa.kernel import clock
from lantoa.outreach.models import Placement
from lantoa.outreach.placement_enums import PlacementState
from lantoa.outreach.placement_loading import placings

logger = logging.getLogger(__name__)


def retract(*, placement_id: int) -> bool:
    """Ask the placer to take one placement away; returns whether it did. Safe to repeat.

    Where the channel takes nothing back, or refuses, the placement stays "taken away" by a person's word: they were
    told on the page to look. Anything that may work later is raised, so that the job comes back.
    """
    row = Placement.objects.select_related("broadcast__version__message").filter(pk=placement_id).first()
    if row is None or row.state != PlacementState.WITHDRAWN:
        return False
    account = ChannelAccount.objects.filter(pk=row.account_id).first() if row.account_id else None
    placing = placings([row], at=clock.now())[row.pk]
    try:
        async_to_sync(_withdraw)(placer_for(row.kind, account), placing, row.provider_id)
    except (Rejected, Unknown) as problem:
        logger.warning("a placement of %s could not be taken away by itself: %s", row.kind, type(problem).__name__)
        return False
    return True


async def _withdraw(placer: Placer, placing: Placing, provider_id: str) -> None:
    async with placer:
        await placer.withdraw(placing, provider_id)
