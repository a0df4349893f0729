"""For the press: releases with their kits, how to get them by mail, whom to call."""

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from lantoa.kernel.text import slugify
from lantoa.portal.views.reading import public
from lantoa.pressroom import kits, selectors


@public
def press(request: HttpRequest) -> HttpResponse:
    """Every kit on offer in the reader's language, newest first."""
    found = selectors.offered_kits(language=get_language() or "vi")
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    return render(request, "portal/press.html", {"page": page, "desk": selectors.press_desk()})


@public
def press_kit(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The zip of one kit, sent while it is made; gone once it is taken back or its page is down."""
    if (kit := selectors.offered_kit(pk)) is None:
        raise Http404
    body: Iterator[bytes] = kits.stream(kit, base=f"{request.scheme}://{request.get_host()}")
    answer = StreamingHttpResponse(body, content_type="application/zip")
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="bao-chi-{slugify(kit.page.title, 60) or kit.pk}.zip"'
    )
    return answer
