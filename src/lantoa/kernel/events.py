"""Typed events between rooms: emitted on commit, kept in the same transaction, delivered at least once.

An event is stored as one job for each subscriber inside the transaction that caused it, so a crash between commit and
reaction loses nothing. Handlers must be safe to run twice.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from procrastinate.contrib.django import app


@dataclass(frozen=True, slots=True)
class Event:
    """The base of all events; fields are ids, numbers, texts and flags (JSON)."""


type Handler[E: Event] = Callable[[E], None]

_handlers: dict[str, tuple[type[Event], Handler[Any]]] = {}
_subscribers: dict[type[Event], list[str]] = defaultdict(list)


def subscribe[E: Event](event_type: type[E]) -> Callable[[Handler[E]], Handler[E]]:
    """Have the decorated function called, by a worker, for each event of this type."""

    def register(handler: Handler[E]) -> Handler[E]:
        name = f"{handler.__module__}.{handler.__qualname__}"
        if name not in _handlers:
            _handlers[name] = (event_type, handler)
            _subscribers[event_type].append(name)
        return handler

    return register


def emit(event: Event, *, in_order_of: str = "") -> None:
    """Store the event for each of its subscribers in the current transaction.

    Events told with the same ``in_order_of`` reach a subscriber one after the other, in the order they were stored,
    however many workers there are; one that fails holds up the rest of its row until it is done or given up.
    """
    for name in _subscribers.get(type(event), ()):
        deliver.configure(lock=_row(name, in_order_of)).defer(handler=name, event=asdict(event))


def _row(subscriber: str, key: str) -> str | None:
    """The job lock of one subscriber and key: a hash, because the key may name a person."""
    return sha256(f"{subscriber}\x1f{key}".encode()).hexdigest()[:40] if key else None


@app.task(name="kernel.deliver", queue="events", retry=5)
def deliver(handler: str, event: dict[str, Any]) -> None:
    """Hand one stored event to one subscriber."""
    event_type, function = _handlers[handler]
    function(event_type(**event))
