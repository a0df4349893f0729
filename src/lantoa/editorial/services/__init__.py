"""What the editors' desk does, one verb a function."""

from lantoa.editorial.services.commissions import (
    Handed,
    Order,
    accept_commission,
    cancel_commission,
    deliver_commission,
    move_deadline,
    order_piece,
    return_commission,
    take_commission,
)
from lantoa.editorial.services.reminders import remind_of_commissions

__all__ = [
    "Handed", "Order", "accept_commission", "cancel_commission", "deliver_commission", "move_deadline", "order_piece",
    "remind_of_commissions", "return_commission", "take_commission",
]  # fmt: skip
