"""What the newsroom does, one verb a function."""

from lantoa.newsroom.services.holding import let_out, lift_embargo, publish_due, set_embargo
from lantoa.newsroom.services.posts import ensure_groups, sync_groups
from lantoa.newsroom.services.reviewing import (
    approve_page,
    follow_decision,
    follow_revocation,
    return_page,
    submit_page,
    withdraw_page,
)
from lantoa.newsroom.services.site import SiteMade, ensure_site
from lantoa.newsroom.services.writing import revise_page, write_article, write_page, write_policy

__all__ = [
    "SiteMade", "approve_page", "ensure_groups", "ensure_site", "follow_decision", "follow_revocation", "let_out",
    "lift_embargo", "publish_due", "return_page", "revise_page", "set_embargo", "submit_page", "sync_groups",
    "withdraw_page", "write_article", "write_page", "write_policy",
]  # fmt: skip
