"""What the newsroom does, one verb a function."""

from lantoa.newsroom.services.correcting import NO_LONGER_AGREED, Note, withdraw_page
from lantoa.newsroom.services.forgetting import forget_story
from lantoa.newsroom.services.holding import let_out, lift_embargo, publish_due, set_embargo
from lantoa.newsroom.services.law import clear_law, object_law
from lantoa.newsroom.services.media import (
    draw_pictures_of,
    give_pictures,
    keep_document,
    keep_picture,
    withdraw_consent,
)
from lantoa.newsroom.services.posts import ensure_groups, sync_groups
from lantoa.newsroom.services.rereading import note_lapsed_laws, reminders_due, reread_page
from lantoa.newsroom.services.reviewing import (
    approve_page,
    follow_decision,
    follow_revocation,
    return_page,
    submit_page,
)
from lantoa.newsroom.services.site import SiteMade, ensure_site
from lantoa.newsroom.services.translating import begin_translation, catch_up, sign_interface
from lantoa.newsroom.services.writing import revise_page, write_article, write_page, write_policy

__all__ = [
    "NO_LONGER_AGREED", "Note", "SiteMade", "approve_page", "begin_translation", "catch_up", "clear_law",
    "draw_pictures_of", "ensure_groups", "ensure_site", "follow_decision", "follow_revocation", "forget_story",
    "give_pictures", "keep_document", "keep_picture", "let_out", "lift_embargo", "note_lapsed_laws", "object_law",
    "publish_due", "reminders_due", "reread_page", "return_page", "revise_page", "set_embargo", "sign_interface",
    "submit_page", "sync_groups", "withdraw_consent", "withdraw_page", "write_article", "write_page", "write_policy",
]  # fmt: skip
