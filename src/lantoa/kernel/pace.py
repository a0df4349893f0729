"""How often one connection may read what costs something, instead of a puzzle."""

from collections import OrderedDict, deque
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from time import monotonic
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from lantoa.kernel.connections import source_of

PATIENCE = {
    "search": 90, "suggest": 300, "locate": 30, "guide": 60, "places": 90, "answers": 90, "preview": 300, "useful": 120,
    "figures": 240, "feed": 300, "qr": 300, "kit": 300,
}  # fmt: skip
"""Readings a minute, connection and server process; a whole commune office may share one, or many phones of a mobile
network, so these are generous."""
A_MINUTE, _CONNECTIONS = 60.0, 20_000
_recent: OrderedDict[str, deque[float]] = OrderedDict()


def connection(request: HttpRequest) -> str:
    """Where a request comes from, as a keyed digest."""
    return sha256(f"{settings.SECRET_KEY}:{source_of(request)}".encode()).hexdigest()[:32]


def too_fast(request: HttpRequest, action: str) -> bool:
    """Count one reading that costs something; true past so many a minute, connection and server process.

    Kept in the process: asking a table whether somebody may ask a table would cost what it saves.
    """
    now, key = monotonic(), f"{action}:{connection(request)}"
    times = _recent.setdefault(key, deque(maxlen=PATIENCE[action]))
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


def unhurried[V: Callable[..., HttpResponseBase]](action: str, *, page: bool = False) -> Callable[[V], V]:
    """A view that answers a connection so many times a minute; past that 429, for people (`page`) in words.

    Stands before whatever says how long an answer may be kept. Not for views that are baked: the oven asks for
    everybody, from this very machine.
    """

    def wrap(view: V) -> V:
        @wraps(view)
        def paced(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not too_fast(request, action):
                return view(request, *args, **kwargs)
            return wait(render(request, "ui/too_fast.html", status=429) if page else HttpResponse(status=429))

        return cast("V", paced)

    return wrap
