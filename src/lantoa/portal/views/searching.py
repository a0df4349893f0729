"""Search: everything public that matches, by words, place, kind, year and language; titles while one still types."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lantoa.kernel.clock import now
from lantoa.kernel.everybody import EVERYBODYS, for_everybody
from lantoa.kernel.pace import too_fast, wait
from lantoa.newsroom import selectors as newsroom
from lantoa.portal import presenting
from lantoa.portal.finding import DaysForm, choices, of_query, typed, wanted_from
from lantoa.search import selectors as finding
from lantoa.search.services import note_miss


@for_everybody
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything public that matches, with or without marks; or the policies for one kind of household."""
    if (words := typed(request.GET)) and too_fast(request, "search"):
        return wait(render(request, "portal/search.html", {"query": words, "slower": True}, status=429))
    return _found(request)


@cache_control(**EVERYBODYS)
def _found(request: HttpRequest) -> HttpResponse:
    if (group := request.GET.get("nhom", "")) in presenting.HOUSEHOLDS:
        return render(request, "portal/search.html", _of_group(group, of_query(request.GET, "page") or 1))
    wanted = wanted_from(request.GET, days := DaysForm(request.GET))
    page = of_query(request.GET, "page")
    found = finding.find(wanted, page=page or 1)
    context = {**choices(wanted, found), "days": days, "found": found, "page": _pager(found, page or 1)}
    if wanted.text and not found.hits and page is None:
        context["filled"] = finding.filled(wanted.text)
        if not context["narrowed"] and context["filled"] is None and not found.elsewhere:
            note_miss(wanted.text, at=now())
    return render(request, "portal/search.html", context)


def _pager(found: finding.Found, page: int) -> Any:
    most = min(found.narrowing.total, finding.A_PAGE * finding.LAST_PAGE)
    return Paginator(range(most), finding.A_PAGE).get_page(page)


def _of_group(code: str, page: int) -> dict[str, Any]:
    label = presenting.HOUSEHOLDS[code][1]  # type: ignore[index]
    pages: Paginator[Any] = Paginator(newsroom.policies_for(code), finding.A_PAGE)  # type: ignore[arg-type]
    return {"group": label, "policies": pages.get_page(page)}


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Titles that fit what is typed so far: a page of links, or JSON for whoever asks for that."""
    if too_fast(request, "suggest"):
        return wait(_suggestions(request, [], slower=True))
    return _suggested(request)


@cache_control(**EVERYBODYS)
def _suggested(request: HttpRequest) -> HttpResponse:
    return _suggestions(request, finding.suggestions(typed(request.GET), language=get_language() or "vi"))


def _suggestions(request: HttpRequest, titles: list[str], *, slower: bool = False) -> HttpResponse:
    status = 429 if slower else 200
    if request.GET.get("dang") == "json":
        return JsonResponse({"titles": titles}, json_dumps_params={"ensure_ascii": False}, status=status)
    shown = {"query": typed(request.GET), "titles": titles, "slower": slower}
    return render(request, "portal/suggestions.html", shown, status=status)
