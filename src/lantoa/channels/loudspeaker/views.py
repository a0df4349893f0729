"""The one page of this channel, for devices."""

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from lantoa.kernel.partial import answer_with

from .recordings import TYPES, GoneError, named_by, sha256_of


@require_safe
def audio(request: HttpRequest, token: str) -> HttpResponseBase:
    """Serve a sound, or the part of it asked for, to whoever holds its signed address; 404 when the address is forged
    or old, or the file gone."""
    try:
        name = named_by(token, timezone.now())
        file = default_storage.open(name)
    except (GoneError, FileNotFoundError):
        return HttpResponse(status=404)
    kind = TYPES.get(name[name.rindex(".") :], "application/octet-stream")
    answer = answer_with(file, request, etag=f'"{sha256_of(name)}"', content_type=kind)
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    return answer
