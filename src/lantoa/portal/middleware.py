"""Pages for people who count every kilobyte: what their browser asks for with `Save-Data: on`."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers


def saves(request: HttpRequest) -> bool:
    """Whether the reader's browser asks for less data."""
    return request.headers.get("Save-Data", "").lower() == "on"


class SaveData:
    """Tell whoever keeps pages in between that a page differs for those who save data."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Every page of ours that may be kept says so."""
        response = self.get_response(request)
        page = response.headers.get("Content-Type", "").startswith("text/html")
        if page and "no-store" not in response.headers.get("Cache-Control", ""):
            patch_vary_headers(response, ["Save-Data"])
        return response
