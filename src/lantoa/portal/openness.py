"""Which addresses lead to pages that are the same for everybody. Every page is, unless it stands here with a reason."""

from typing import Final

from django.urls.resolvers import ResolverMatch

WRITTEN: Final = "wagtail_serve"
ROOMS: Final = frozenset({"portal", "announcements", "figures", "newsroom_corrections", "newsroom_calendar"})
"""Whose addresses are public, beside what the newsroom writes."""


def _because(reason: str, room: str, names: str) -> dict[str, str]:
    return {f"{room}:{name}": reason for name in names.split()}


CLOSED: Final = {
    **_because("of one person", "portal", """
        answer receipt story withdraw_story subscription_confirm unsubscribe notifications_off notifications_mine inbox
        mine_ask mine_from_message mine_from_inbox new_address mine mine_correct mine_withdraw mine_download mine_other
        mine_erase mine_address press_confirm press_enter_link journalist journalist_leave journalist_kit
        journalist_file journalist_ask journalist_request journalist_recall journalist_answer_file
    """),
    **_because("no page: for machines, or a file", "portal", """
        locate notifications_worker qr preview sitemap sitemap_part news_feed column_feed commune_feed manifest icon
        colours seal press_feed press_file robots
    """),
    **_because("no page: for machines, or a file", "figures", "catalogue_json data"),
    **_because("no page: for machines, or a file", "newsroom_corrections", "feed"),
    **_because("no page: for machines, or a file", "newsroom_calendar", "all event"),
    **_because("leads on to a page", "portal", "link short_link"),
    **_because("asks this very thing", "portal", "useful report_page"),
    **_because("a piece of the page of search", "portal", "suggest"),
    **_because("stands in pages of others", "announcements", "box"),
    **_because("shown where nothing can be sent", "portal", "without_network"),
    **_because("tells what waits on one phone", "portal", "outbox"),
}  # fmt: skip
"""Views whose pages readers do not judge, share or report, and why."""


def is_open(match: ResolverMatch | None) -> bool:
    """Whether an address leads to a page that is the same for everybody."""
    if match is None:
        return False
    return match.view_name == WRITTEN or (match.namespace in ROOMS and match.view_name not in CLOSED)
