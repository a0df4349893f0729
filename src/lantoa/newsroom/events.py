"""What the newsroom tells other rooms: ids only."""

from dataclasses import dataclass

from lantoa.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PageWentOut(Event):
    """A version of a page was let through to readers, or waits for its own hour; the page says which."""

    page_id: int
