"""A file or a part of it, so that a weak line goes on where it broke (RFC 9110, §13 and §14)."""

import re

from django.core.files import File
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from whitenoise.responders import SlicedFile

_ONE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


def answer_with(file: "File[bytes]", request: HttpRequest, *, etag: str, content_type: str) -> HttpResponseBase:
    """Return 206 with the part that a GET asks for, 416 where the file ends before it, else the whole; 304 or 412 where
    the request has conditions and they say so.

    ``etag`` is a strong one, in its quotes. Several parts at once, other units, and an If-Range of another ETag or of a
    date get the whole, as the RFC allows. The file is closed with the answer.
    """
    answer: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    part = _asked(request, etag, file.size) if answer is None else None
    if answer is not None:
        file.close()
    elif part is None:
        answer = FileResponse(file, content_type=content_type)
    elif part[0] > part[1]:
        file.close()
        answer = HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    else:
        first, last = part
        answer = FileResponse(SlicedFile(file, first, last), status=206, content_type=content_type)
        answer["Content-Range"] = f"bytes {first}-{last}/{file.size}"
        answer["Content-Length"] = str(last - first + 1)
    answer["ETag"], answer["Accept-Ranges"] = etag, "bytes"
    return answer


def _asked(request: HttpRequest, etag: str, size: int) -> tuple[int, int] | None:
    """Return the first and the last byte asked for, the last before the first where none is there; None: all."""
    found = _ONE.fullmatch(request.headers.get("Range", "")) if request.method == "GET" else None
    if found is None or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = found.groups()
    if not first:
        return (max(size - int(last), 0), size - 1) if last else None
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last or size), size - 1)
