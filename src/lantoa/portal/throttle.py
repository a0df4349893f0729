"""A limit on how often one connection may post, instead of a puzzle."""

from datetime import timedelta
from hashlib import sha256

from django import forms
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from lantoa.kernel.pace import connection, too_fast

WINDOW = timedelta(hours=1)
LIMITS = {"feedback": 20, "code": 30, "again": 20, "subscribe": 10, "mine": 10, "story": 20, "press": 15}
"""Posts an hour and connection; a whole village may share one, so these are generous."""
TOO_MANY, TOO_FAST = "too_many", "too_fast"
"""The codes of the fault on a form that came too often: in an hour, in a minute."""


def too_many(request: HttpRequest, form: forms.Form, action: str) -> bool:
    """Count one post; past the limit, say so on the form (what was typed stays) and return true.

    Each post takes one of the connection's numbered places for an hour; taking a place is atomic.
    """
    stem = f"throttle:{action}:{connection(request)}"
    places = [f"{stem}:{number}" for number in range(LIMITS[action])]
    taken = cache.get_many(places)
    for place in places:
        if place not in taken and cache.add(place, 1, int(WINDOW.total_seconds())):
            return False
    words = _("Too many messages came from this connection. Wait an hour, or call the hotline.")
    form.add_error(None, forms.ValidationError(words, TOO_MANY))
    return True


def too_fast_with(request: HttpRequest, form: forms.Form, action: str) -> bool:
    """`too_fast` for a form of which nothing is kept: past the limit it says so, and what was typed stays."""
    if not too_fast(request, action):
        return False
    words = _("Too many answers were asked for from this connection. Wait a minute, then try again.")
    form.add_error(None, forms.ValidationError(words, TOO_FAST))
    return True


def first_this_hour(request: HttpRequest, action: str) -> bool:
    """Whether this connection does this for the first time within an hour; doing it is remembered, atomically."""
    place = sha256(f"{action}:{connection(request)}".encode()).hexdigest()
    return bool(cache.add(f"once:{place}", 1, int(WINDOW.total_seconds())))
