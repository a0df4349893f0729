"""The bytes of pictures: shown to everybody once a published page shows them, until then to those who write."""

from collections.abc import Collection, Mapping
from mimetypes import guess_type

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from lantoa.kernel.access import allowed
from lantoa.kernel.partial import answer_with
from lantoa.newsroom.rules import ENTER
from lantoa.newsroom.selectors import drawn_picture, is_public_picture

SANDBOX: Mapping[str, Collection[str] | str] = {"default-src": [CSP.NONE], "sandbox": ""}
"""Nothing in an uploaded file may run or load, whatever it turns out to be."""
KEPT_SECONDS = 300
"""How long whoever stands between may keep a picture: so long it may still be seen after its last page is gone."""


@require_safe
@csp_override(SANDBOX)
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture in one size; 404 alike for one that is not there and one that is nobody's business yet."""
    drawn = drawn_picture(f"images/{name}")
    if drawn is None:
        raise Http404
    public = is_public_picture(drawn.image_id)
    if not public and not allowed(request.user, ENTER):
        raise Http404
    try:
        file = drawn.file.open("rb")
    except OSError as gone:
        raise Http404 from gone
    answer = answer_with(
        file, request, etag=f'"{drawn.pk}-{file.size}"', content_type=guess_type(name)[0] or "application/octet-stream"
    )
    answer["Cache-Control"] = f"public, max-age={KEPT_SECONDS}" if public else "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
