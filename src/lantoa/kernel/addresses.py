"""Addresses that nothing here can bear."""

from collections.abc import Callable

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase


class NoNul:
    """An address with a NUL in it names nothing: no text in PostgreSQL and no file can be called so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Say that there is no such page, before anything looks for it; let every other address through."""
        if "\x00" in request.path_info:
            raise Http404
        return self.get_response(request)
