"""What other rooms and pages may read of outreach."""

from lantoa.outreach.selectors.accounts import Account, Sum, broadcast_account, sums
from lantoa.outreach.selectors.figures import LineFigure, Reached, messages_by_channel_and_line, people_reached
from lantoa.outreach.selectors.inbox import Letter, inbox
from lantoa.outreach.selectors.watching import counts_for

__all__ = [
    "Account",
    "Letter",
    "LineFigure",
    "Reached",
    "Sum",
    "broadcast_account",
    "counts_for",
    "inbox",
    "messages_by_channel_and_line",
    "people_reached",
    "sums",
]
