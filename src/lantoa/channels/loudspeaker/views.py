"""The one page of this channel, for devices."""

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from .partial import answer_part
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
    whole = FileResponse(file, content_type=TYPES.get(name[name.rindex(".") :], "application/octet-stream"))
    whole["ETag"], whole["Accept-Ranges"] = f'"{sha256_of(name)}"', "bytes"
    whole["Cache-Control"] = "private, max-age=86400, immutable"
    return answer_part(request, whole)
