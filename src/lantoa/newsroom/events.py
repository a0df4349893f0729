"""What the newsroom tells other rooms: ids only."""

from dataclasses import dataclass

from lantoa.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PageWentOut(Event):
    """A version of a page was let through to readers, or waits for its own hour; the page says which."""

    page_id: int


@dataclass(frozen=True, slots=True)
class VersionKeptBack(Event):
    """The hour of an approved version came, and the law it cites had ended: it did not go out."""

    revision_id: int
