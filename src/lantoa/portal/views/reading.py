"""What everybody may read: the home page, published answers, and what the site promises."""

from collections.abc import Callable

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lantoa.audience import holdings
from lantoa.kernel.enums import Audience
from lantoa.kernel.everybody import EVERYBODYS, for_everybody
from lantoa.kernel.pace import too_fast, wait
from lantoa.listening import selectors as listening
from lantoa.newsroom import selectors as newsroom
from lantoa.newsroom.schema import absolute
from lantoa.portal import audiences, menu, presenting

A_PAGE = 20

type View = Callable[..., HttpResponseBase]


def public(view: View) -> View:
    """A page that is the same for everybody: read only, no cookie, kept in between for as long as it holds."""
    return for_everybody(require_safe(cache_control(**EVERYBODYS)(view)))


@public
def home(request: HttpRequest) -> HttpResponse:
    """Policies by household, stories, answers, and the way to ask."""
    chosen = presenting.chosen(request.GET.get("xa", ""))
    policies = newsroom.policies_by_audience()
    context = {
        "chosen": chosen,
        "doors": audiences.tiles(policies, str(chosen.unit_id) if chosen else ""),
        "stories": presenting.stories(chosen.unit_id if chosen else None),
        "answers": listening.newest_answers(3),
        "answer_days": presenting.answer_days(),
        "policies_url": menu.PLACES["policies"].url,
        "coastal": policies[Audience.COASTAL] > 0,
        "articles_url": menu.PLACES["articles"].url,
        "schema": presenting.schema_of_site(),
    }
    return render(request, "portal/home.html", context)


@for_everybody
@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """Questions others asked, with their answers; nobody is named."""
    query = request.GET.get("q", "").strip()[:100]
    if query and too_fast(request, "answers"):
        slower = {"page": Paginator([], A_PAGE).get_page(1), "query": query, "slower": True}
        return wait(render(request, "portal/answers.html", slower, status=429))
    return _answers(request, query)


@cache_control(**EVERYBODYS)
def _answers(request: HttpRequest, query: str) -> HttpResponse:
    found = listening.published(query)
    if (chosen := request.GET.get("so", "")).isdecimal() and len(chosen) < 12:
        found = found.filter(pk=int(chosen))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "portal/answers.html", {"page": page, "query": query, "schema": presenting.schema_of_answers(page)}
    )


@public
def contents(request: HttpRequest) -> HttpResponse:
    """Every place of the site, in groups; a section that holds nothing yet is left out."""
    return render(request, "portal/contents.html", {"groups": menu.groups(newsroom.sections_in_use())})


@public
def privacy(request: HttpRequest) -> HttpResponse:
    """What the site keeps of whom, why, for how long, and how to have it erased."""
    context = {
        "terms": presenting.rights_terms(),
        "kept": holdings.kinds(),
        "story_days": settings.LANTOA_STORY_KEEP_DAYS,
    }
    return render(request, "portal/privacy.html", context)


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the site does for people who read differently, and where it still falls short."""
    silent = newsroom.policies().filter(audio=None).count()
    told = {"silent": silent, "khmer": "km" in dict(settings.LANGUAGES)}
    return render(request, "portal/accessibility.html", told)


@public
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines to leave the staff's rooms alone; personal pages say so themselves."""
    rooms = ["/ban-lam-viec/", "/tai-khoan/", "/quan-tri/", "/webhook/", "/ui/"]
    lines = ["User-agent: *", *(f"Disallow: {room}" for room in rooms)]
    lines.append(f"Sitemap: {absolute(reverse('portal:sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
