"""What the newsroom does, one verb a function."""

from lantoa.newsroom.services.correcting import Note, withdraw_page
from lantoa.newsroom.services.law import clear_law, object_law
from lantoa.newsroom.services.posts import ensure_groups, sync_groups
from lantoa.newsroom.services.reviewing import (
    approve_page,
    follow_decision,
    follow_revocation,
    return_page,
    submit_page,
)
from lantoa.newsroom.services.site import SiteMade, ensure_site
from lantoa.newsroom.services.writing import revise_page, write_article, write_page, write_policy

__all__ = [
    "Note", "SiteMade", "approve_page", "clear_law", "ensure_groups", "ensure_site", "follow_decision",
    "follow_revocation", "object_law", "return_page", "revise_page", "submit_page", "sync_groups", "withdraw_page",
    "write_article", "write_page", "write_policy",
]  # fmt: skip
