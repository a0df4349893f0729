"""Everything that changes the press room; one verb, one transaction each."""

from lantoa.pressroom.services.clippings import (
    Facts,
    enter_clipping,
    enter_list,
    entered_already,
    not_come_yet,
    same_piece,
    strike_clipping,
)
from lantoa.pressroom.services.kits import add_document, add_pictures, open_kit, revise_kit, send_kit, withdraw_kit

__all__ = [
    "Facts",
    "add_document",
    "add_pictures",
    "enter_clipping",
    "enter_list",
    "entered_already",
    "not_come_yet",
    "open_kit",
    "revise_kit",
    "same_piece",
    "send_kit",
    "strike_clipping",
    "withdraw_kit",
]
