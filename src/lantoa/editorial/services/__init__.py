"""What the editors' desk does, one verb a function."""

from lantoa.editorial.services.bundles import (
    add_to_bundle,
    cancel_bundle,
    create_bundle,
    release_bundle,
    release_due_bundles,
    set_bundle_hour,
    take_from_bundle,
)
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
from lantoa.editorial.services.reminders import (
    end_absence,
    note_absence,
    remind_of_commissions,
    remind_of_reviews,
)

__all__ = [
    "Handed", "Order", "accept_commission", "add_to_bundle", "cancel_bundle", "cancel_commission", "create_bundle",
    "deliver_commission", "end_absence", "move_deadline", "note_absence", "order_piece", "release_bundle",
    "release_due_bundles", "remind_of_commissions", "remind_of_reviews", "return_commission", "set_bundle_hour",
    "take_commission", "take_from_bundle",
]  # fmt: skip
