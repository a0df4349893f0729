"""What may be done with a story: one verb, one transaction, one event, one audit row."""

from lantoa.contributions.services.editing import add_note, ask, decline, follow_pages, make_draft, take_down, take_up
from lantoa.contributions.services.keeping import drop_person, empty_old_stories, forget_unsent_files
from lantoa.contributions.services.sending import (
    Contact,
    Sent,
    answer,
    drop_files,
    hold_photo,
    hold_voice,
    send_story,
    take_back,
)

__all__ = [
    "Contact", "Sent", "add_note", "answer", "ask", "decline", "drop_files", "drop_person", "empty_old_stories",
    "follow_pages", "forget_unsent_files", "hold_photo", "hold_voice", "make_draft", "send_story", "take_back",
    "take_down", "take_up",
]  # fmt: skip
