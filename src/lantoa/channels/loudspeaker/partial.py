"""Part of a file, so that a weak line goes on where it broke (RFC 9110, §13.1.5 and §14)."""

import re

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from whitenoise.responders import SlicedFile

_ONE = re.compile(r"bytes=\s*(\d*)-(\d*)\s*", re.ASCII | re.IGNORECASE)


def answer_part(request: HttpRequest, whole: FileResponse) -> HttpResponseBase:
    """Return 206 with the part that a GET asks for, 416 where the file ends before it, else the whole; 304 or 412 where
    the request has conditions and they say so.

    ``whole`` has a strong ETag and its Content-Length. Several parts at once, other units, and an If-Range of another
    ETag or of a date get the whole, as the RFC allows.
    """
    other = get_conditional_response(request, etag=whole["ETag"], response=whole)
    if other is not whole:
        whole.file_to_stream.close()
        return other
    asked = _ONE.fullmatch(request.headers.get("Range", "")) if request.method == "GET" else None
    if not asked or asked[0].endswith("=-") or request.headers.get("If-Range", whole["ETag"]) != whole["ETag"]:
        return whole
    size = int(whole["Content-Length"])
    found = _within(asked[1], asked[2], size)
    if found is None:
        return whole
    first, last = found
    if first > last:
        whole.file_to_stream.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}", "ETag": whole["ETag"]})
    part = FileResponse(SlicedFile(whole.file_to_stream, first, last), status=206, headers=dict(whole.items()))
    part["Content-Range"], part["Content-Length"] = f"bytes {first}-{last}/{size}", str(last - first + 1)
    return part


def _within(first: str, last: str, size: int) -> tuple[int, int] | None:
    """Return the first and the last byte, the first behind the last where nothing is there; None: no range at all."""
    if not first:
        return (max(size - int(last), 0), size - 1) if last else None
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last or size), size - 1)
