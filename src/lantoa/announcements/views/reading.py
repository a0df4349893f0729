"""For people: what is announced, page by page, and the box that other agencies put on their own sites."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from lantoa.announcements import selectors
from lantoa.announcements.enums import Form, Language
from lantoa.announcements.feeds import paragraphs
from lantoa.announcements.models import AnnouncementPage
from lantoa.kernel.everybody import EVERYBODYS, for_everybody

A_PAGE = 20
IN_BOX, MOST_IN_BOX = 5, 10

type View = Callable[..., HttpResponse]

BOX_CSP = {
    "default-src": ["'none'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "font-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": settings.LANTOA_BOX_ANCESTORS,
}


def public(view: View) -> View:
    """A page that is the same for everybody: read only, no cookie, kept in between for as long as it holds."""
    return for_everybody(require_safe(cache_control(**EVERYBODYS)(view)))


@public
def home(request: HttpRequest) -> HttpResponse:
    """The newest announcements of every page, and the pages."""
    shown = Paginator(selectors.readable(None, _language()), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "announcements/page.html", {"page": shown, "pages": selectors.pages()})


@public
def page(request: HttpRequest, page: str) -> HttpResponse:
    """One page's announcements, newest first."""
    found = _page(page)
    shown = Paginator(selectors.readable(found, _language()), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "announcements/page.html", {"page": shown, "bulletin": found, "feeds": _feeds(found)})


@public
def item(request: HttpRequest, page: str, public_id: UUID) -> HttpResponse:
    """One announcement; of one that was taken away, only that it was (410)."""
    found = selectors.item(page, public_id)
    if found is None:
        raise Http404
    gone = found.withdrawn_at is not None
    facts = {"item": found, "bulletin": found.page, "paragraphs": [] if gone else paragraphs(found.text)}
    name = "announcements/gone.html" if gone else "announcements/item.html"
    return render(request, name, facts, status=HTTPStatus.GONE if gone else HTTPStatus.OK)


@xframe_options_exempt
@csp_override(BOX_CSP)
@public
def box(request: HttpRequest, page: str) -> HttpResponse:
    """The newest few, to stand in a frame on another site: no cookie, no script, nothing from anybody else."""
    found, wished = _page(page), request.GET.get("n", "")
    count = int(wished) if wished.isascii() and wished.isdecimal() and len(wished) < 3 else IN_BOX
    shown = selectors.readable(found, _language())[: min(max(count, 1), MOST_IN_BOX)]
    return render(
        request, "announcements/box.html", {"bulletin": found, "items": shown, "base": settings.LANTOA_BASE_URL}
    )


@public
def embed(request: HttpRequest, page: str) -> HttpResponse:
    """How another agency puts the box on its site, to be copied."""
    found = _page(page)
    box_path = reverse("announcements:box", args=[page])
    facts = {
        "bulletin": found,
        "box": settings.LANTOA_BASE_URL + box_path,
        "box_path": box_path,
        "feeds": _feeds(found),
    }
    return render(request, "announcements/embed.html", facts)


def _page(slug: str) -> AnnouncementPage:
    found = AnnouncementPage.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _language() -> str:
    spoken = get_language() or settings.LANGUAGE_CODE
    return spoken if spoken in Language.values else settings.LANGUAGE_CODE


def _feeds(found: AnnouncementPage) -> list[dict[str, str]]:
    language = _language()
    return [{"label": str(form.label), "url": selectors.feed_url(found.slug, language, form.value)} for form in Form]
