"""The content lines of the plans in force, to choose from: the room that keeps plans stands above and tells them.

lines.register(source)     # from that room's AppConfig.ready
"""

from collections.abc import Callable
from datetime import date

type Choices = list[tuple[str, str]]
type Source = Callable[[date, str], Choices]
"""Given a day and the line chosen before: what there is to choose, an empty choice first."""

_sources: list[Source] = []


def register(source: Source) -> None:
    """Name the one function that tells the lines; a second call replaces it."""
    _sources[:] = [source]


def choices(on: date, chosen: str = "") -> Choices:
    """The lines to choose from on a day; without a room that keeps plans, only what was chosen before."""
    return _sources[0](on, chosen) if _sources else [("", "—"), *([(chosen, chosen)] if chosen else [])]
