"""Which pages go out in one moment with a page: the room above knows, as this one may not ask it.

together.register(companions)     # from the room's AppConfig.ready
"""

from collections.abc import Callable, Iterable

type Companions = Callable[[int], Iterable[int]]
"""Given a page's number, the numbers of those that go public in the same moment, or not at all."""

_companions: list[Companions] = []


def register(companions: Companions) -> None:
    """Have this function asked, with a page's number, which pages go out with it."""
    if companions not in _companions:
        _companions.append(companions)


def going_with(page_id: int | None) -> set[int]:
    """The pages that go out in one moment with this one; none for a page that was never saved."""
    return {pk for companions in _companions for pk in companions(page_id)} if page_id else set()
