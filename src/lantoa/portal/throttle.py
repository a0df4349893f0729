"""A limit on how often one connection may post, instead of a puzzle."""

from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_address

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

WINDOW = timedelta(hours=1)
LIMITS = {"feedback": 20, "code": 30, "again": 20, "subscribe": 10, "mine": 10, "story": 20}
"""Posts an hour and connection; a whole village may share one, so these are generous."""


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
    form.add_error(None, _("Too many messages came from this connection. Wait an hour, or call the hotline."))
    return True


def _connection(request: HttpRequest) -> str:
    """Who is posting, as a keyed digest; a proxy on this very machine is believed about whom it speaks for."""
    source = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if forwarded and _is_loopback(source):
        source = forwarded.rpartition(",")[2].strip()
    return sha256(f"{settings.SECRET_KEY}:{source}".encode()).hexdigest()[:32]


def _is_loopback(source: str) -> bool:
    try:
        return not source or ip_address(source).is_loopback
    except ValueError:
        return False
