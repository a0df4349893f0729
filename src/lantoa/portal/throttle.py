"""A limit on how often one connection may post, instead of a puzzle."""

from collections import OrderedDict, deque
from datetime import timedelta
from hashlib import sha256
from time import monotonic

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from lantoa.kernel.connections import source_of

WINDOW = timedelta(hours=1)
LIMITS = {"feedback": 20, "code": 30, "again": 20, "subscribe": 10, "mine": 10, "story": 20, "press": 15}
"""Posts an hour and connection; a whole village may share one, so these are generous."""
TOO_MANY, TOO_FAST = "too_many", "too_fast"
"""The codes of the fault on a form that came too often: in an hour, in a minute."""


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


_PATIENCE = {"search": 90, "suggest": 300, "locate": 30, "guide": 60, "places": 90, "answers": 90, "preview": 300}
A_MINUTE, _CONNECTIONS = 60.0, 20_000
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
    if len(times) == times.maxlen and now - times[0] < A_MINUTE:
        return True
    times.append(now)
    return False


def wait[Response: HttpResponseBase](response: Response) -> Response:
    """This answer of 429, kept by nobody, says when to come again."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Retry-After"] = str(int(A_MINUTE))
    return response


def too_fast_with(request: HttpRequest, form: forms.Form, action: str) -> bool:
    """`too_fast` for a form of which nothing is kept: past the limit it says so, and what was typed stays."""
    if not too_fast(request, action):
        return False
    words = _("Too many answers were asked for from this connection. Wait a minute, then try again.")
    form.add_error(None, forms.ValidationError(words, TOO_FAST))
    return True


def first_this_hour(request: HttpRequest, action: str) -> bool:
    """Whether this connection does this for the first time within an hour; doing it is remembered, atomically."""
    place = sha256(f"{action}:{_connection(request)}".encode()).hexdigest()
    return bool(cache.add(f"once:{place}", 1, int(WINDOW.total_seconds())))


def _connection(request: HttpRequest) -> str:
    """Who is posting, as a keyed digest."""
    return sha256(f"{settings.SECRET_KEY}:{source_of(request)}".encode()).hexdigest()[:32]
