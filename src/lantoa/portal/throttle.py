"""A limit on how often one connection may post, instead of a puzzle."""

from collections import OrderedDict, deque
from datetime import timedelta
from hashlib import sha256
from time import monotonic

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from lantoa.kernel.connections import source_of

WINDOW = timedelta(hours=1)
LIMITS = {"feedback": 20, "code": 30, "again": 20, "subscribe": 10, "mine": 10, "story": 20, "press": 15}
"""Posts an hour and connection; a whole village may share one, so these are generous."""
TOO_MANY = "too_many"
"""The code of the fault on a form that came too often."""


def too_many(request: HttpRequest, form: forms.Form, action: str) -> bool:
    """Count one post; past the limit, say so on the form (what was typed stays) and return true.

    Each post takes one of the connection's numbered places for an hour; taking a place is atomic.
    """
    stem = f"throttle:{action}:{_connection(request)}"
    places = [f"{stem}:{number}" for number in range(LIMITS[action])]
    taken = cache.get_many(places)
    for place in places:
        if place not in taken and cache.add(place, 1, int(WINDOW.total_seconds())):
            return False
    words = _("Too many messages came from this connection. Wait an hour, or call the hotline.")
    form.add_error(None, forms.ValidationError(words, TOO_MANY))
    return True


_PATIENCE, _A_MINUTE, _CONNECTIONS = {"search": 90, "suggest": 300, "locate": 30}, 60.0, 20_000
_recent: OrderedDict[str, deque[float]] = OrderedDict()


def too_fast(request: HttpRequest, action: str) -> bool:
    """Count one reading that costs something; true past so many a minute, connection and server process.

    Kept in the process: asking a table whether somebody may ask a table would cost what it saves.
    """
    now, key = monotonic(), f"{action}:{_connection(request)}"
    times = _recent.setdefault(key, deque(maxlen=_PATIENCE[action]))
    _recent.move_to_end(key)
    while len(_recent) > _CONNECTIONS:
        _recent.popitem(last=False)
    if len(times) == times.maxlen and now - times[0] < _A_MINUTE:
        return True
    times.append(now)
    return False


def first_this_hour(request: HttpRequest, action: str) -> bool:
    """Whether this connection does this for the first time within an hour; doing it is remembered, atomically."""
    place = sha256(f"{action}:{_connection(request)}".encode()).hexdigest()
    return bool(cache.add(f"once:{place}", 1, int(WINDOW.total_seconds())))


def _connection(request: HttpRequest) -> str:
    """Who is posting, as a keyed digest."""
    return sha256(f"{settings.SECRET_KEY}:{source_of(request)}".encode()).hexdigest()[:32]
