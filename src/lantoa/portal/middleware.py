"""Pages for who counts every kilobyte: asked for by the browser with `Save-Data: on`, or by the reader by a switch."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

SWITCH = "it-du-lieu"
"""The cookie of a reader who turned the switch on: the word alone, the same for all of them."""
KEEP = "Lantoa-Keep"
"""The header by which a page that is the same for everybody, but drawn for the switch, may be kept for offline."""


def switched(request: HttpRequest) -> bool:
    """Whether the reader turned the switch on."""
    return request.COOKIES.get(SWITCH) == "1"


def saves(request: HttpRequest) -> bool:
    """Whether the reader, or the reader's browser, asks for less data."""
    return switched(request) or request.headers.get("Save-Data", "").lower() == "on"


class SaveData:
    """Tell whoever keeps pages in between that a page differs for those who save data.

    Pages drawn for the switch are kept by the reader's own device only; it may keep those for days without a network
    that it would have kept without the switch: what is one person's never says `public`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Every page of ours that may be kept says so."""
        response = self.get_response(request)
        page = response.headers.get("Content-Type", "").startswith("text/html")
        said = response.headers.get("Cache-Control", "")
        if page and "no-store" not in said:
            patch_vary_headers(response, ["Save-Data"])
            if switched(request):
                if "public" in said:
                    response.headers[KEEP] = "device"
                patch_cache_control(response, private=True)
        return response
