"""How states of the press room look."""

from lantoa.pressroom.enums import KitState

CHIPS = {
    KitState.DRAFT: ("off", "edit"), KitState.SENT: ("wait", "clock"), KitState.RETURNED: ("bad", "reply"),
    KitState.EMBARGOED: ("info", "lock"), KitState.OUT: ("done", "check"), KitState.WITHDRAWN: ("off", "ban"),
}  # fmt: skip
"""Tone and icon of each."""
