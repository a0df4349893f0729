"""The Graph API's answers, sorted: HTTP 200 with an object, or an ``error`` with a code that says what is wrong.

Sources: developers.facebook.com, "Handling Errors" and "Rate Limits" (codes 1, 2, 4, 10, 17, 32, 102, 190, 200–299,
341, 368, 506, 613, 80001; header X-Business-Use-Case-Usage); "Page Feed", "Page Published Posts"; Messenger Platform,
"Common Error Codes" (10 with 2018278, 551, 1545041).
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import AccountProblem, Rejected, SendProblem, Throttled, Unknown, explain
from lantoa.channels.http1 import Answer
from lantoa.channels.wire import object_of
from lantoa.channels.wire import problem_of as http_problem

DEFAULT_HOST = "https://graph.facebook.com"
DEFAULT_VERSION = "v26.0"
USAGE = b"x-business-use-case-usage"
"""The header that tells how much of the Page's share of calls is used up, and how long to wait once it is."""
REST = timedelta(minutes=5)
"""How long a Page rests after "too many calls" where no header says how long."""
LONGEST_REST = timedelta(hours=6)
"""The most a header is believed: the limit is counted over a day, and asking again four times in it harms nobody."""

TOKEN = frozenset({102, 190, 463, 467})
RATE = frozenset({4, 17, 32, 341, 613, 80001})
BLOCKED = frozenset({368})
IN_DOUBT = frozenset({1, 2})
DUPLICATE = 506
CLOSED = frozenset({2018278})
"""Subcodes: the person wrote too long ago to be answered in a message."""
AWAY = frozenset({551, 1545041})
"""Codes and subcodes: this person cannot be written to."""


class Duplicate(Rejected):
    """The Page already has a post with this text (code 506)."""


class WindowClosed(Rejected):
    """The person's last message to the Page lies too far back."""


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
        raise problem_of(error, answer.status, rest=rest_told(answer.noted))
    if answer.status // 100 != 2:
        raise http_problem(answer.status, answer.retry_after)
    return found


def rest_told(usage: str) -> timedelta:
    """Return how long the usage header asks us to wait: the longest ``estimated_time_to_regain_access``, in minutes.

    The header is one object: of each Page or business a list of limits. ``REST`` where it asks for nothing.
    """
    try:
        told = max(_minutes(json.loads(usage)), default=0)
    except (ValueError, RecursionError):
        return REST
    return min(timedelta(minutes=max(1, min(told, 100_000))), LONGEST_REST) if told > 0 else REST


def _minutes(usage: object) -> Iterator[float]:
    limits = usage.values() if isinstance(usage, dict) else ()
    for limit in (one for listed in limits if isinstance(listed, list) for one in listed if isinstance(one, dict)):
        told = limit.get("estimated_time_to_regain_access")
        if isinstance(told, int | float) and told == told:  # not NaN
            yield told


def problem_of(error: dict[str, Any], status: int, *, rest: timedelta = REST) -> SendProblem:
    """Return what an ``error`` object means for one post, comment or message."""
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    shown = f"#{code}" if code else f"HTTP {status}"
    if subcode in CLOSED:
        return WindowClosed(explain(_("the person wrote too long ago to be answered in a message"), code=shown))
    if code in AWAY or subcode in AWAY:
        return Rejected(explain(_("this person cannot be written to"), code=shown))
    if code in TOKEN:
        return AccountProblem(explain(_("the page access token is refused; enter a new one"), code=shown))
    if code == 10 or 200 <= code <= 299:
        return AccountProblem(explain(_("the token may not write on this Page"), code=shown))
    if code in BLOCKED:
        return AccountProblem(explain(_("Facebook has blocked this Page from posting for a while"), code=shown))
    if code in RATE or status == 429:
        return Throttled(explain(_("too many messages at once"), code=shown), after=rest)
    if code == DUPLICATE:
        return Duplicate(explain(_("the Page already has a post with this text"), code=shown))
    if code in IN_DOUBT or error.get("is_transient") is True or status >= 500 or not code:
        return Unknown(explain(_("no clear answer"), code=shown))
    return Rejected(explain(_("refused by Facebook"), code=shown))


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
