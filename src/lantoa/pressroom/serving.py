"""A kit's file on the wire: whole or in part, as a download, able to do nothing where it is opened."""

from collections.abc import Collection, Mapping

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.csp import CSP

from lantoa.kernel.partial import answer_with
from lantoa.kernel.private_files import opened
from lantoa.pressroom.kit_files import why_kept_back
from lantoa.pressroom.models import AnswerFile, KitFile

SANDBOX: Mapping[str, Collection[str] | str] = {
    "default-src": [CSP.NONE], "frame-ancestors": [CSP.NONE], "sandbox": "",
}  # fmt: skip
"""Whatever the file turns out to be, nothing in it runs or loads."""


def serve(request: HttpRequest, file: KitFile, *, small: bool, public: bool) -> HttpResponseBase:
    """The file, or a picture as it stands on the page; 404 where it may not be given any more."""
    if why_kept_back(file) or (small and not file.small):
        raise Http404
    answer = _sent(request, file, file.small if small else file.path, "-s" if small else "")
    answer["Content-Disposition"] = f'{"inline" if small else "attachment"}; filename="{file.name}"'
    answer["Cache-Control"] = "public, max-age=300" if public else "private, no-store"
    return answer


def serve_answer(request: HttpRequest, file: AnswerFile) -> HttpResponseBase:
    """A file of an answer, to whoever may read the answer."""
    answer = _sent(request, file, file.path)
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _sent(request: HttpRequest, file: KitFile | AnswerFile, path: str, variant: str = "") -> HttpResponseBase:
    try:
        stream = opened(path)
    except OSError as gone:
        raise Http404 from gone
    answer = answer_with(stream, request, etag=f'"{file.sha256}{variant}"', content_type=file.content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
