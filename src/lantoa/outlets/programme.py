"""What is planned at an outlet that has a programme: whoever keeps placements registers how it is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from lantoa.channels.placing import Priority
from lantoa.outlets.models import Outlet

_CHIPS = {
    Priority.NORMAL: (_("ordinary"), "off", "minus"), Priority.PREFERRED: (_("preferred"), "info", "clock"),
    Priority.URGENT: (_("urgent"), "bad", "warning"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Planned:
    """One message: when it begins (None: no room is found yet), whether its outlet was told so already, whether people
    play it, and how long it takes, in words."""

    title: str
    priority: Priority
    start: datetime | None
    told: bool
    by_hand: bool = False
    length: str = ""

    @property
    def chip(self) -> dict[str, object]:
        """Its priority in word, tone and icon."""
        return dict(zip(("label", "tone", "icon"), _CHIPS[self.priority], strict=True))


type TellProgramme = Callable[[Outlet, datetime], Sequence[Planned] | None]
"""What is planned at an outlet from a moment on; None where it has no programme."""

_tellers: list[TellProgramme] = []


def register_teller(teller: TellProgramme) -> None:
    """Have programmes told by this; called once, when the installation starts."""
    _tellers[:] = [teller]


def programme_of(outlet: Outlet, at: datetime) -> Sequence[Planned] | None:
    """Return what is planned there, the first first; None where it has no programme."""
    return _tellers[0](outlet, at) if _tellers else None
