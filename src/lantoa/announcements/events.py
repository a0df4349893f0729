"""What the announcements tell their own worker, kept in the transaction that caused it."""

from dataclasses import dataclass

from lantoa.kernel.events import Event


@dataclass(frozen=True, slots=True)
class WishMade(Event):
    """Somebody asked the hub for something; their callback is to be asked back."""

    wish_id: int


@dataclass(frozen=True, slots=True)
class FeedChanged(Event):
    """A page's feeds in one language changed, and somebody is to be told."""

    page: str
    language: str
