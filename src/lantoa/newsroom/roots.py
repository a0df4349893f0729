"""Where Wagtail's sites begin, remembered for the length of one request."""

from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

asking: ContextVar[HttpRequest | None] = ContextVar("asking", default=None)
"""The request being answered: Wagtail notes the roots on it, and looks there before it asks. None outside requests."""


def remember_roots(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: pages that work out their addresses without a request at hand look at the one being answered."""

    def middleware(request: HttpRequest) -> HttpResponse:
        before = asking.set(request)
        try:
            return get_response(request)
        finally:
            asking.reset(before)

    return middleware
