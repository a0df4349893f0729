"""Pages drawn on request go out compressed; files that are compressed by nature go out as they are."""

import re

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_WORDS = re.compile(r"text/(?!event-stream)|application/([\w.-]+\+)?(json|xml)\b|application/javascript|image/svg\+xml")


class Packed(GZipMiddleware):
    """Django's own, which pads each answer by chance so that its length tells nothing of what is secret in it (BREACH),
    for whatever is made of words."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress what is whole and made of words; parts of a file (206) keep their bytes."""
        wordy = _WORDS.match(response.headers.get("Content-Type", ""))
        if wordy is None or response.has_header("Content-Range"):
            return response
        return super().process_response(request, response)
