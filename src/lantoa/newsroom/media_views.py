"""The bytes of pictures and files: for everybody once a published page shows them, until then for those who write."""

from collections.abc import Collection, Mapping
from mimetypes import guess_type

from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe
from wagtail.documents import get_document_model
from wagtail.documents.views.serve import serve
from wagtail.query import PageQuerySet

from lantoa.kernel.access import allowed
from lantoa.kernel.partial import answer_with
from lantoa.newsroom.public import in_public
from lantoa.newsroom.rules import ENTER
from lantoa.newsroom.selectors import drawn_picture, pages_with_file, pages_with_picture

SANDBOX: Mapping[str, Collection[str] | str] = {"default-src": [CSP.NONE], "sandbox": ""}
"""Nothing in an uploaded file may run or load, whatever it turns out to be."""
UNREAD: Mapping[str, Collection[str] | str] = {"default-src": [CSP.NONE]}
"""The same for a PDF, which browsers show in a reader of their own; a sandbox would shut that reader out."""
KEPT_SECONDS = 300
"""How long whoever stands between may keep a file: so long it may still be seen after its last page is gone."""


@require_safe
@csp_override(SANDBOX)
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture in one size; 404 alike for one that is not there, is nobody's business yet, or whose people agree no
    more, whatever page still shows it."""
    drawn = drawn_picture(f"images/{name}")
    if drawn is None:
        raise Http404
    shown = pages_with_picture(drawn.image_id)
    public = _reaches_everybody(request, shown if drawn.image.may_be_shown else shown.none())
    file, kind = _opened(drawn.file), guess_type(name)[0] or "application/octet-stream"
    answer = answer_with(file, request, etag=f'"{drawn.pk}-{file.size}"', content_type=kind)
    return _kept(answer, public=public)


@require_safe
def document(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A file whole or in part, so that sound plays from its middle; 404 as for a picture. One of a collection behind a
    password is left to Wagtail, which asks for it."""
    held = get_object_or_404(get_document_model().objects.select_related("collection"), pk=pk)
    if held.filename != name:
        raise Http404
    if held.collection.get_view_restrictions().exists():
        behind: HttpResponseBase = serve(request, pk, name)
        return behind
    public = _reaches_everybody(request, pages_with_file(held.pk))
    answer = answer_with(_opened(held.file), request, etag=f'"{held.get_file_hash()}"', content_type=held.content_type)
    answer["Content-Disposition"] = held.content_disposition
    shut = UNREAD if held.content_disposition == "inline" else SANDBOX
    return csp_override(shut)(lambda _request: _kept(answer, public=public))(request)


def _opened(file: FieldFile) -> FieldFile:
    try:
        opened: FieldFile = file.open("rb")
    except OSError as gone:
        raise Http404 from gone
    return opened


def _reaches_everybody(request: HttpRequest, pages: PageQuerySet) -> bool:
    """Whether any of these pages is open to all; if none is, 404 to whoever may neither open one nor write them."""
    if in_public(pages).exists():
        return True
    if allowed(request.user, ENTER) or any(
        all(shut.accept_request(request) for shut in page.get_view_restrictions()) for page in pages
    ):
        return False
    raise Http404


def _kept(answer: HttpResponseBase, *, public: bool) -> HttpResponseBase:
    answer["Cache-Control"] = f"public, max-age={KEPT_SECONDS}" if public else "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
