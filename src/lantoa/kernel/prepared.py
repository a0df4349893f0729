"""Statements that are the same for every reader, put together once.

A query of many parts takes Django longer to write than PostgreSQL to answer. Whoever asks the same again and again
gives a function that builds the query and the facts it is built from; the text is kept by both.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

MOST = 512
"""Texts that are kept, the least used going first."""


def rows(build: Callable[..., Any], *facts: Hashable) -> list[tuple[Any, ...]]:
    """What the query `build(*facts)` finds. It must hang on its facts alone: a moment or a reader is one of them."""
    asked = _written(build, facts)
    if asked is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*asked)
        return cursor.fetchall()  # type: ignore[no-any-return]


@lru_cache(maxsize=MOST)
def _written(build: Callable[..., Any], facts: tuple[Hashable, ...]) -> tuple[str, tuple[Any, ...]] | None:
    try:
        return build(*facts).query.sql_with_params()  # type: ignore[no-any-return]
    except EmptyResultSet:  # nothing can meet it
        return None
