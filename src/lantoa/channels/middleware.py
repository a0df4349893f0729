"""Providers' calls, answered before what pages need: no session, no language, no sign-in is asked for."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

DOOR: Final = "/webhook/"


class WebhooksFirst:
    """Stands first: a call of a provider goes straight to its view, whatever stands behind."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a provider; let everybody else through."""
        if not request.path_info.startswith(DOOR):
            return self.get_response(request)
        try:
            found = resolve(request.path_info)
        except Resolver404:
            return HttpResponse(status=404)
        answer: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
        if isinstance(answer, HttpResponse):
            answer.headers.setdefault("Content-Length", str(len(answer.content)))
        return answer
