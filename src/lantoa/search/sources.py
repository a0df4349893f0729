"""What can be found: each room names its things once, in its `AppConfig.ready`, and puts each where it is published.

register(Source("newsroom.page", kinds=…, addresses=…, rebuild=…))
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

type Kinds = Mapping[str, str | Promise]


@dataclass(frozen=True, slots=True)
class Source:
    """One room's public things: what kinds there are, where each is read, how all are put in anew."""

    name: str
    kinds: Callable[[], Kinds]
    """Kind → its name in the plural."""
    addresses: Callable[[Iterable[int]], dict[int, str]]
    """Id → address in the reader's language, of those that may be read at this moment; one query."""
    rebuild: Callable[[], int]
    """Put all that is public; how many."""


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make it known; once a process."""
    _sources[source.name] = source


def source_of(name: str) -> Source | None:
    """The source of this name."""
    return _sources.get(name)


def all_sources() -> list[Source]:
    """Every source, in the order of its name."""
    return [_sources[name] for name in sorted(_sources)]


def kinds() -> dict[str, str | Promise]:
    """Every kind of thing that can be found, by its code."""
    return {code: label for source in all_sources() for code, label in source.kinds().items()}
