"""The bytes of pictures and files: for everybody once a published page shows them, until then for those who write."""

from collections.abc import Collection, Mapping
from mimetypes import guess_type

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe
from wagtail.documents import get_document_model
from wagtail.documents.views.serve import serve

from lantoa.kernel.access import allowed
from lantoa.kernel.partial import answer_with
from lantoa.newsroom.rules import ENTER
from lantoa.newsroom.selectors import drawn_picture, is_public_file, is_public_picture

SANDBOX: Mapping[str, Collection[str] | str] = {"default-src": [CSP.NONE], "sandbox": ""}
"""Nothing in an uploaded file may run or load, whatever it turns out to be."""
UNREAD: Mapping[str, Collection[str] | str] = {"default-src": [CSP.NONE]}
"""The same for a PDF, which browsers show in a reader of their own; a sandbox would shut that reader out."""
KEPT_SECONDS = 300
"""How long whoever stands between may keep a file: so long it may still be seen after its last page is gone."""


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
    return _kept(answer, public=public)


@require_safe
def document(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A file whole or in part, so that sound plays from its middle and a weak line goes on; 404 as for a picture. What
    an editor shut away in a collection is left to Wagtail, which asks for its password."""
    held = get_object_or_404(get_document_model().objects.select_related("collection"), pk=pk)
    if held.filename != name:
        raise Http404
    if held.collection.get_view_restrictions().exists():
        behind: HttpResponseBase = serve(request, pk, name)
        return behind
    public = is_public_file(held.pk)
    if not public and not allowed(request.user, ENTER):
        raise Http404
    try:
        file = held.file.open("rb")
    except OSError as gone:
        raise Http404 from gone
    answer = answer_with(file, request, etag=f'"{held.get_file_hash()}"', content_type=held.content_type)
    answer["Content-Disposition"] = held.content_disposition
    shut = UNREAD if held.content_disposition == "inline" else SANDBOX
    return csp_override(shut)(lambda _request: _kept(answer, public=public))(request)


def _kept(answer: HttpResponseBase, *, public: bool) -> HttpResponseBase:
    answer["Cache-Control"] = f"public, max-age={KEPT_SECONDS}" if public else "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
