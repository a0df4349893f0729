"""A view says of itself that its pages are the same for everybody."""

from collections.abc import Callable
from typing import Any, Final

EVERYBODYS: Final = {"public": True, "no_cache": True}
"""For `cache_control`: whoever stands between may keep it, and asks whether it still holds before showing it again; so
what was taken down is gone from there too."""
_MARK = "for_everybody"


def for_everybody[V: Callable[..., Any]](view: V) -> V:
    """Mark a view: what it answers depends on the address and the site's content, and on nothing else of the request.

    The portal may then keep its pages and ask it with the address alone.
    """
    setattr(view, _MARK, True)
    return view


def is_for_everybody(view: Callable[..., Any]) -> bool:
    """Whether a view is marked."""
    return getattr(view, _MARK, False)
