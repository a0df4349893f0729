"""Statements that are the same for every reader, put together once.

A query of many parts takes Django longer to write than PostgreSQL to answer. Whoever asks the same again and again
gives a function that builds the query and the facts it is built from; the text is kept by both.
"""

from collections.abc import Callable, Hashable
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import NoneType
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

MOST = 512
"""Texts that are kept, the least used going first."""
STAND_INS: dict[type, Callable[[int], Hashable]] = {
    str: lambda place: f"\N{REPLACEMENT CHARACTER}{place}",
    int: lambda place: -2_000_000_000 - place,  # what fits no column is left out of the text
    datetime: lambda place: datetime.min.replace(tzinfo=UTC) + timedelta(days=366 + place),
}
"""What stands in a kept text where a value of this type is told later; no address, no id and no moment of ours looks
like it."""

type Build = Callable[..., Any]
type Told = tuple[str | int | datetime, ...]


def rows(build: Build, *facts: Hashable, told: Told = ()) -> list[tuple[Any, ...]]:
    """What the query `build(*facts, *told)` finds. Its text must hang on its facts and on how many are told alone: a
    moment or a reader is one of the facts; a text or a number that is only compared may be told."""
    kept = _kept(build, facts, _kinds(told))
    if kept is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(kept.text, kept.filled(told))
        return cursor.fetchall()  # type: ignore[no-any-return]


def count(build: Build, *facts: Hashable, told: Told = ()) -> int:
    """How many rows the query `build(*facts, *told)` finds."""
    kept = _kept(build, facts, _kinds(told))
    if kept is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({kept.text}) found", kept.filled(told))  # noqa: S608 - Django's own text
        return int(cursor.fetchone()[0])


def objects(build: Build, *facts: Hashable, told: Told = ()) -> list[Any]:
    """The same, as what the query set gives: rows of a model with all that was annotated and selected beside them."""
    kept = _kept(build, facts, _kinds(told))
    return [] if kept is None else list(kept.asked(told))


def _kinds(told: Told) -> tuple[type, ...]:
    """Of which type each is, a safe text being a text; raises `TypeError` for what cannot be told."""
    kinds = tuple(next((kind for kind in STAND_INS if isinstance(one, kind)), NoneType) for one in told)
    if NoneType in kinds:
        raise TypeError(f"only texts, numbers and moments may be told, not {told!r}")
    return kinds


class _Kept:
    """A query and its text, with stand-ins for what is told later."""

    def __init__(self, found: Any, kinds: tuple[type, ...]) -> None:
        self._found, self._writer = found, found.query.get_compiler(found.db)
        self.text, self._params = self._writer.as_sql()
        places = {STAND_INS[kind](place): place for place, kind in enumerate(kinds)}
        self._places = [places.get(one) if isinstance(one, Hashable) else None for one in self._params]
        if len(kinds) > len({*self._places} - {None}):
            raise ValueError("something that is told has no place in the statement")

    def filled(self, told: Told) -> tuple[Any, ...]:
        """The parameters with what is told in its places."""
        pairs = zip(self._params, self._places, strict=True)
        return tuple(one if place is None else told[place] for one, place in pairs)

    def asked(self, told: Told) -> Any:
        """The query set anew; its query is not written again."""
        found, writer = self._found.all(), copy(self._writer)
        text, params = self.text, self.filled(told)
        writer.connection = connection
        writer.as_sql = lambda *_args, **_wishes: (text, params)
        found.query.get_compiler = lambda *_args, **_wishes: writer
        return found


@lru_cache(maxsize=MOST)
def _kept(build: Build, facts: tuple[Hashable, ...], kinds: tuple[type, ...]) -> _Kept | None:
    try:
        return _Kept(build(*facts, *(STAND_INS[kind](place) for place, kind in enumerate(kinds))), kinds)
    except EmptyResultSet:  # nothing can meet it
        return None
