"""For the press: kits that are out, each with its files, and the feed of them."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from lantoa.kernel.clock import now
from lantoa.kernel.everybody import EVERYBODYS
from lantoa.portal import press_pages
from lantoa.portal.views.reading import public
from lantoa.pressroom.selectors import kits
from lantoa.pressroom.serving import SANDBOX, serve

A_PAGE = 12


@public
def press(request: HttpRequest) -> HttpResponse:
    """Every kit that is out, the newest first; whom to call; how to register."""
    page = Paginator(kits.kits_out(now()), A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "kits": kits.as_read(page), "desk": kits.press_desk()}
    return render(request, "portal/press.html", context)


@public
def feed(request: HttpRequest) -> HttpResponse:
    """The kits that are out, as Atom."""
    found = kits.as_read(kits.kits_out(now())[: press_pages.IN_THE_FEED])
    content = press_pages.atom(found, language=get_language() or "vi")
    return HttpResponse(content, content_type="application/atom+xml; charset=utf-8")


@public
def kit(request: HttpRequest, pk: int) -> HttpResponse:
    """One kit; 410 with the reason once it is withdrawn."""
    at = now()
    read = kits.read_kit(kits.kits_out(at), pk)
    if read is None:
        return gone(request, pk, embargoed=False)
    return render(request, "portal/press_kit.html", press_pages.shown(read, at=at))


@require_safe  # not marked for everybody: what is kept for all is asked for whole, a file also in part
@cache_control(**EVERYBODYS)
@csp_override(SANDBOX)
def kit_file(request: HttpRequest, pk: int, file_id: int) -> HttpResponseBase:
    """A file of a kit that is out, whole or in part; a small picture with `?nho`."""
    read = kits.read_kit(kits.kits_out(now()), pk)
    if read is None:
        return gone(request, pk, embargoed=False)
    if (file := kits.file_of(read, file_id)) is None:
        raise Http404
    return serve(request, file, small="nho" in request.GET, public=True)


def gone(request: HttpRequest, pk: int, *, embargoed: bool) -> HttpResponse:
    """410 with the reason to whoever could read the kit before it was withdrawn, 404 to everybody else."""
    kit = kits.was_out(pk, now(), embargoed=embargoed)
    if kit is None:
        raise Http404
    return render(request, "portal/press_gone.html", {"kit": kit}, status=410)
