"""The Graph API's answers, sorted: HTTP 200 with an object, or an ``error`` with a code that says what is wrong.

Sources: developers.facebook.com, "Handling Errors" and "Rate Limits" (codes 1, 2, 4, 10, 17, 32, 102, 190, 200–299,
341, 368, 506, 613, 80001); "Page Feed", "Page Published Posts".
"""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import AccountProblem, Rejected, SendProblem, Throttled, Unknown, explain
from lantoa.channels.http1 import Answer
from lantoa.channels.wire import object_of
from lantoa.channels.wire import problem_of as http_problem

DEFAULT_HOST = "https://graph.facebook.com"
DEFAULT_VERSION = "v26.0"
REST = timedelta(minutes=5)
"""How long a Page rests after "too many calls": the wait is told in a header only, and an hour is counted in it."""

TOKEN = frozenset({102, 190, 463, 467})
RATE = frozenset({4, 17, 32, 341, 613, 80001})
BLOCKED = frozenset({368})
IN_DOUBT = frozenset({1, 2})
DUPLICATE = 506


class Duplicate(Rejected):
    """The Page already has a post with this text (code 506)."""


def object_or_problem(answer: Answer) -> dict[str, Any]:
    """Return the answer's object; raises what its error, or its being unreadable, means for one post."""
    try:
        found = object_of(answer.body)
    except Unknown:
        if answer.status // 100 == 2:
            raise
        raise http_problem(answer.status, answer.retry_after) from None
    error = found.get("error")
    if isinstance(error, dict):
        raise problem_of(error, answer.status)
    if answer.status // 100 != 2:
        raise http_problem(answer.status, answer.retry_after)
    return found


def problem_of(error: dict[str, Any], status: int) -> SendProblem:
    """Return what an ``error`` object means for one post."""
    number = error.get("code")
    code = number if isinstance(number, int) and not isinstance(number, bool) else 0
    shown = f"#{code}" if code else f"HTTP {status}"
    if code in TOKEN:
        return AccountProblem(explain(_("the page access token is refused; enter a new one"), code=shown))
    if code == 10 or 200 <= code <= 299:
        return AccountProblem(explain(_("the token may not write on this Page"), code=shown))
    if code in BLOCKED:
        return AccountProblem(explain(_("Facebook has blocked this Page from posting for a while"), code=shown))
    if code in RATE or status == 429:
        return Throttled(explain(_("too many messages at once"), code=shown), after=REST)
    if code == DUPLICATE:
        return Duplicate(explain(_("the Page already has a post with this text"), code=shown))
    if code in IN_DOUBT or error.get("is_transient") is True or status >= 500 or not code:
        return Unknown(explain(_("no clear answer"), code=shown))
    return Rejected(explain(_("refused by Facebook"), code=shown))
