"""Figures and data for everybody: no cookie; pages kept for a minute, data with its version, streamed, asked again."""

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lantoa.figures.catalogue import SETS, dcat, licence
from lantoa.figures.data import FORMS, DataSet, Wishes, csv_lines, geojson_lines, json_lines
from lantoa.figures.presenting import Page
from lantoa.figures.spans import span
from lantoa.kernel import clock
from lantoa.kernel.everybody import EVERYBODYS
from lantoa.kernel.pace import unhurried

type View = Callable[..., HttpResponseBase]


def public(view: View) -> View:
    """The same for everybody: read only, no cookie, kept for a minute by whoever stands between."""
    return require_safe(unhurried("figures", page=True)(cache_control(public=True, max_age=60)(view)))


@public
def statistics(request: HttpRequest) -> HttpResponse:
    """What the house did and heard, by period and on the map."""
    return render(request, "figures/statistics.html", Page(request.GET.dict()).context())


@public
def catalogue(request: HttpRequest) -> HttpResponse:
    """The data sets there are."""
    wishes = _wishes(request)
    sets = [{"set": one, "changed": one.stamp(wishes).changed} for one in SETS.values()]
    return render(request, "figures/catalogue.html", {"sets": sets, "licence": licence()})


@public
def catalogue_json(request: HttpRequest) -> HttpResponse:
    """The same for machines."""
    publisher = settings.LANTOA_PROVINCE or request.get_host()
    answer = JsonResponse(dcat(_wishes(request), publisher), json_dumps_params={"ensure_ascii": False})
    answer["Content-Type"] = "application/ld+json"
    return answer


@public
def dataset(request: HttpRequest, slug: str) -> HttpResponse:
    """One data set: what it holds, field by field, and where to fetch it."""
    one, wishes = _named(slug), _wishes(request)
    context = {"set": one, "changed": one.stamp(wishes).changed, "licence": licence(), "wishes": wishes}
    return render(request, "figures/dataset.html", context)


@require_safe
@unhurried("figures", page=True)
@cache_control(**EVERYBODYS)
def data(request: HttpRequest, slug: str, form: str) -> HttpResponse | StreamingHttpResponse:
    """A data set in one form, streamed; nothing is sent again to who has it already."""
    one, wishes = _named(slug), _wishes(request)
    if form not in one.forms:
        raise Http404
    stamp = one.stamp(wishes)
    tag = stamp.tag(slug, form, wishes.year, wishes.on, request.GET.get("excel"), settings.LANTOA_SMALL_CELL)
    changed = int(stamp.changed.timestamp()) if stamp.changed else None
    if known := get_conditional_response(request, etag=tag, last_modified=changed):
        return known
    lines = {"csv": csv_lines, "json": json_lines, "geojson": geojson_lines}[form]
    told = csv_lines(one, wishes, excel=True) if form == "csv" and "excel" in request.GET else lines(one, wishes)
    answer = StreamingHttpResponse(told, content_type=FORMS[form])
    answer["ETag"], answer["Content-Disposition"] = tag, f'attachment; filename="{slug}.{form}"'
    answer["Access-Control-Allow-Origin"] = "*"
    if changed is not None:
        answer["Last-Modified"] = http_date(changed)
    return answer


def _named(slug: str) -> DataSet:
    if slug not in SETS:
        raise Http404
    return SETS[slug]


def _wishes(request: HttpRequest) -> Wishes:
    """The year and the day asked for; this year and today by themselves."""
    at = clock.now()
    today = at.date()
    try:
        on = date.fromisoformat(request.GET.get("ngay", ""))
    except ValueError:
        on = today
    return Wishes(request, span(request.GET.get("nam", ""), today).year, on, at)
