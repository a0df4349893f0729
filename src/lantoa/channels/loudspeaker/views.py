"""The one page of this channel, for devices."""

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from .recordings import TYPES, GoneError, named_by, sha256_of


@require_safe
def audio(request: HttpRequest, token: str) -> HttpResponseBase:
    """Serve a sound to whoever holds its signed address; 404 when the address is forged or old, or the file gone."""
    try:
        name = named_by(token, timezone.now())
        file = default_storage.open(name)
    except (GoneError, FileNotFoundError):
        return HttpResponse(status=404)
    suffix = name[name.rindex(".") :]
    answer = FileResponse(file, content_type=TYPES.get(suffix, "application/octet-stream"))
    answer["ETag"] = f'"{sha256_of(name)}"'
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    return answer
