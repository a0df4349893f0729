"""What each room keeps of a person, told to that person: rooms above register themselves, as this one may not ask them.

holdings.register("messages", messages_to)     # from the room's AppConfig.ready
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

type Words = str | Promise


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing kept: what it is called, why it is kept, and its rows under named columns."""

    title: Words
    why: Words
    columns: Mapping[str, Words]
    rows: Sequence[Mapping[str, str]] = field(default=())
    until: Words = ""
    """How long it is kept."""

    @property
    def cells(self) -> list[list[tuple[Words, str]]]:
        """The rows as (label, value) in the order of the columns."""
        return [[(label, row.get(key, "")) for key, label in self.columns.items()] for row in self.rows]


type Source = Callable[[int], Holding]
"""Given a person's id, what the room keeps of them; a bounded number of queries."""

_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Name the one function that answers for `name`; a second call replaces it."""
    _sources[name] = source


NOBODY = 0


def kinds() -> list[Holding]:
    """What registered rooms keep of people at all, without anybody's rows: for the page that tells everybody."""
    return list(of_person(NOBODY).values())


def of_person(person_id: int) -> dict[str, Holding]:
    """What every registered room keeps of a person, by name in alphabetical order; empty ones too."""
    return {name: _sources[name](person_id) for name in sorted(_sources)}
