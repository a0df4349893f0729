"""What may be done with what is put forward: one verb, one transaction, one event, one audit row."""

from lantoa.exemplars.services.judging import decline, reopen, verify, withdraw
from lantoa.exemplars.services.proposing import Proposal, add_note, empty_old, propose
from lantoa.exemplars.services.telling import attach, follow_pages, make_draft, record_following, take_down

__all__ = [
    "Proposal", "add_note", "attach", "decline", "empty_old", "follow_pages", "make_draft", "propose",
    "record_following", "reopen", "take_down", "verify", "withdraw",
]  # fmt: skip
