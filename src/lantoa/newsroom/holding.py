"""What keeps an approved version from going live: an embargo of this room, a bundle of the room above.

A room names a function that says for a page whether something holds it; `GatedPage.publish` asks them all. Each holder
keeps its hold in the database besides, by a trigger on the page's row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a page waits, and until when; without an hour it waits for whoever holds it, who may mean to let go at the
    hour that is `expected`."""

    why: str
    until: datetime | None = None
    expected: datetime | None = None


type Holder = Callable[[int, datetime], Hold | None]

_holders: list[Holder] = []


def register_holder(holder: Holder) -> None:
    """Have this function asked, with a page's number and a moment, before any version goes live."""
    if holder not in _holders:
        _holders.append(holder)


def hold_of(page_id: int, at: datetime) -> Hold | None:
    """What holds the page at that moment: a hold without an hour before all, else the one that ends last."""
    found = _holds(page_id, at)
    endless = [hold for hold in found if hold.until is None]
    return endless[0] if endless else max(found, key=lambda hold: hold.until or at, default=None)


def hours_of(page_id: int, at: datetime) -> list[datetime]:
    """The hours before which nothing that holds the page at that moment lets it go, as far as they are known."""
    return [hour for hold in _holds(page_id, at) for hour in (hold.until, hold.expected) if hour is not None]


def _holds(page_id: int, at: datetime) -> list[Hold]:
    return [hold for holder in _holders if (hold := holder(page_id, at)) is not None]
