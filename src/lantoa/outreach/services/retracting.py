"""Take away what a wire brought: called after a person took a placement down, outside any transaction."""

from asgiref.sync import async_to_sync
from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import Rejected, Unknown
from lantoa.channels.models import ChannelAccount
from lantoa.channels.placing import Placer, Placing
from lantoa.channels.registry import public
from lantoa.channels.selectors import placer_for
from lantoa.kernel import clock
from lantoa.outreach.models import Placement, PlacementEvent
from lantoa.outreach.placement_enums import PlacementState, PlacementStep
from lantoa.outreach.placement_loading import placings


def retract(*, placement_id: int) -> bool:
    """Ask the placer to take one placement away; returns whether it did. Safe to repeat; the history says how it ended.

    Where the channel takes nothing back, or refuses, the placement stays "taken away" by a person's word: the page says
    that somebody must look. Anything that may work later is raised, so that the job comes back. What no worker brought
    is no wire's to take.
    """
    row = Placement.objects.select_related("broadcast__version__message").filter(pk=placement_id).first()
    if row is None or row.state != PlacementState.WITHDRAWN or not row.attempts or told(row):
        return False
    try:
        _take_away(row)
    except (Rejected, Unknown) as problem:
        _tell(row, PlacementStep.LEFT_THERE, problem.reason)
        return False
    _tell(row, PlacementStep.RETRACTED)
    return True


def _take_away(row: Placement) -> None:
    if not public(row.kind).capability.recalls:
        raise Rejected(_("this channel takes nothing back"))
    account = ChannelAccount.objects.filter(pk=row.account_id).first() if row.account_id else None
    placing = placings([row], at=clock.now())[row.pk]
    async_to_sync(_withdraw)(placer_for(row.kind, account), placing, row.provider_id)


def told(row: Placement) -> bool:
    """Whether the wire's answer to taking it away is on record."""
    return row.history.filter(step__in=[PlacementStep.RETRACTED, PlacementStep.LEFT_THERE]).exists()


def _tell(row: Placement, step: PlacementStep, note: str = "") -> None:
    PlacementEvent.objects.create(
        placement=row, step=step, before=row.state, after=row.state, account_id=row.account_id, note=note[:300],
        at=clock.now(),
    )  # fmt: skip


async def _withdraw(placer: Placer, placing: Placing, provider_id: str) -> None:
    async with placer:
        await placer.withdraw(placing, provider_id)
