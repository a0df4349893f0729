"""What everybody may read: the home page, search, published answers, and what the site promises."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lantoa.kernel.everybody import for_everybody
from lantoa.kernel.text import fold
from lantoa.listening import selectors as listening
from lantoa.newsroom import selectors as newsroom
from lantoa.newsroom.enums import SectionKind
from lantoa.portal import presenting
from lantoa.portal.context import ARTICLES, POLICIES, address
from lantoa.portal.forms import commune_choices

A_PAGE = 20
FOUND = 40

type View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """A page that is the same for everybody: read only, no cookie, kept for a minute by whoever stands between."""
    return for_everybody(require_safe(cache_control(public=True, max_age=60)(view)))


@public
def home(request: HttpRequest) -> HttpResponse:
    """Policies by household, stories, answers, and the way to ask."""
    chosen = presenting.chosen(request.GET.get("xa", ""))
    context = {
        "chosen": chosen,
        "communes": commune_choices(""),
        "doors": presenting.doors(),
        "stories": presenting.stories(chosen.unit_id if chosen else None),
        "answers": listening.published()[:3],
        "answer_days": presenting.answer_days(),
        "policies_url": address(POLICIES),
        "articles_url": address(ARTICLES),
    }
    return render(request, "portal/home.html", context)


@public
def search(request: HttpRequest) -> HttpResponse:
    """Everything public that matches, with or without marks; or the policies for one kind of household."""
    query = request.GET.get("q", "").strip()[:100]
    group = request.GET.get("nhom", "")
    if group in presenting.HOUSEHOLDS:
        return render(request, "portal/search.html", _of_group(group))
    found = bool(fold(query))
    pages = newsroom.search(query, n=FOUND) if found else []
    kinds = {kind: [page for page in pages if isinstance(page, model)] for kind, model in newsroom.TYPES.items()}
    context: dict[str, Any] = {
        "query": query,
        "asked": found,
        "policies": kinds[SectionKind.POLICIES],
        "articles": kinds[SectionKind.ARTICLES],
        "answers": listening.published(query)[:A_PAGE] if found else [],
    }
    context["total"] = sum(len(context[part]) for part in ("policies", "articles", "answers"))
    return render(request, "portal/search.html", context)


def _of_group(code: str) -> dict[str, Any]:
    pages = list(newsroom.policies(code)[:FOUND])
    label = presenting.HOUSEHOLDS[code][1]  # type: ignore[index]
    return {"group": label, "policies": pages, "total": len(pages), "asked": True}


@public
def answers(request: HttpRequest) -> HttpResponse:
    """Questions others asked, with their answers; nobody is named."""
    query = request.GET.get("q", "").strip()[:100]
    page = Paginator(listening.published(query), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/answers.html", {"page": page, "query": query})


@public
def privacy(request: HttpRequest) -> HttpResponse:
    """What the site keeps of whom, why, for how long, and how to have it erased."""
    return render(request, "portal/privacy.html", {"terms": presenting.rights_terms()})


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the site does for people who read differently, and where it still falls short."""
    return render(request, "portal/accessibility.html")


@public
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines to leave the staff's rooms alone; personal pages say so themselves."""
    rooms = ["/ban-lam-viec/", "/tai-khoan/", "/quan-tri/", "/webhook/", "/ui/"]
    lines = ["User-agent: *", *(f"Disallow: {room}" for room in rooms)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
