"""What keeps an approved version from going live: an embargo of this room, a bundle of the room above.

A room names a function that says for a page whether something holds it; `GatedPage.publish` asks them all. Each holder
keeps its hold in the database besides, by a trigger on the page's row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a page waits, and until when; without an hour it waits for whoever holds it."""

    why: str
    until: datetime | None = None


type Holder = Callable[[int, datetime], Hold | None]

_holders: list[Holder] = []


def register_holder(holder: Holder) -> None:
    """Have this function asked, with a page's number and a moment, before any version goes live."""
    if holder not in _holders:
        _holders.append(holder)


def hold_of(page_id: int, at: datetime) -> Hold | None:
    """What holds the page at that moment: a hold without an hour before all, else the one that ends last."""
    found = [hold for holder in _holders if (hold := holder(page_id, at)) is not None]
    endless = [hold for hold in found if hold.until is None]
    return endless[0] if endless else max(found, key=lambda hold: hold.until or at, default=None)
