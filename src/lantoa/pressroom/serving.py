"""A kit's file on the wire: whole or in part, as a download, able to do nothing where it is opened."""

from collections.abc import Collection, Mapping

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.csp import CSP

from lantoa.kernel.partial import answer_with
from lantoa.kernel.private_files import opened
from lantoa.pressroom.kit_files import why_kept_back
from lantoa.pressroom.models import KitFile

SANDBOX: Mapping[str, Collection[str] | str] = {
    "default-src": [CSP.NONE], "frame-ancestors": [CSP.NONE], "sandbox": "",
}  # fmt: skip
"""Whatever the file turns out to be, nothing in it runs or loads."""


def serve(request: HttpRequest, file: KitFile, *, small: bool, public: bool) -> HttpResponseBase:
    """The file, or a picture as it stands on the page; 404 where it may not be given any more."""
    if why_kept_back(file) or (small and not file.small):
        raise Http404
    try:
        stream = opened(file.small if small else file.path)
    except OSError as gone:
        raise Http404 from gone
    etag = f'"{file.sha256}{"-s" if small else ""}"'
    answer = answer_with(stream, request, etag=etag, content_type=file.content_type)
    answer["Content-Disposition"] = f'{"inline" if small else "attachment"}; filename="{file.name}"'
    answer["Cache-Control"] = "public, max-age=300" if public else "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
