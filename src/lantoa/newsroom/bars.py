"""Why a page must not go out: rooms above that know of a reason register themselves, as this one may not ask them.

bars.register("contributions", why)     # from the room's AppConfig.ready
"""

from collections.abc import Callable

type Bar = Callable[[int], str]
"""Given a page's number, a sentence that says why it must not go out and what to do; empty when nothing is known."""

_bars: dict[str, Bar] = {}


def register(name: str, bar: Bar) -> None:
    """Name the one function that answers for `name`; a second call replaces it."""
    _bars[name] = bar


def why_barred(page_id: int | None) -> str:
    """The first reason any room has; asked when a page is sent, approved and published."""
    return next((reason for bar in _bars.values() if page_id and (reason := bar(page_id))), "")
