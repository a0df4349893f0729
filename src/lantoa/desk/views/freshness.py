"""How fresh the portal is: which pages are to be read again, whose they are, and what readers say of them."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.agencies import selectors as agencies
from lantoa.desk import freshness_table as showing
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now, today
from lantoa.kernel.errors import LantoaError
from lantoa.newsroom import freshness, services
from lantoa.newsroom.freshness import Age
from lantoa.newsroom.rules import WRITE
from lantoa.newsroom.selectors import writable_pages
from lantoa.outreach.csv_lines import written
from lantoa.territory import selectors as territory

A_PAGE = 50


@desk_view(WRITE)
def board(request: StaffRequest) -> HttpResponse:
    """The pages whose day has passed or comes, with figures by agency and by column."""
    at, ages, place = now(), _ages(request), _place(request)
    units = freshness.units_of(request.user, place, on=today())
    every, by_agency, by_column = freshness.tallies(units, at=at)
    start = max(0, _number(request.GET.get("tu")) or 0)
    found = freshness.lines(units, ages, at=at, limit=A_PAGE + 1, offset=start)
    names = agencies.names_on([pk for pk in by_agency if pk], today())
    context = {
        "every": every, "rows": showing.rows(found[:A_PAGE], at=at), "tabs": _tabs(request, every), "place": place,
        "more": start + A_PAGE if len(found) > A_PAGE else None, "places": _places(request), "wish": _wish(request),
        "agencies": showing.bars(by_agency, names, _("Nobody named")),
        "columns": showing.bars(by_column, showing.titles(pk for pk in by_column if pk), _("In no column")),
    }  # fmt: skip
    return render(request, "desk/freshness.html", context)


@desk_view(WRITE)
def table(request: StaffRequest) -> StreamingHttpResponse:
    """The same pages, all of them, as a table for a spreadsheet."""
    units = freshness.units_of(request.user, _place(request), on=today())
    found = freshness.lines(units, _ages(request), at=now())
    lines = written(showing.as_cells(showing.rows(found, at=now())))
    headers = {"Content-Disposition": f'attachment; filename="do-moi-{today():%Y%m%d}.csv"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
@desk_view(WRITE)
def still_right(request: StaffRequest, pk: int) -> HttpResponse:
    """Read again, still right: the next day is set, the words stay as they were approved."""
    page = get_object_or_404(writable_pages(request.user), pk=pk)
    day = _day(request.POST.get("ngay", ""))
    try:
        services.reread_page(page=page, next_on=day or today(), by=request.user, at=timezone.now())
        messages.success(request, _("Noted: read again, still right. “%(title)s”") % {"title": page.title})
    except LantoaError as refusal:
        messages.error(request, f"{page.title}: {refusal}")
    return redirect(f"{reverse('desk:freshness')}?{request.POST.get('ve', '')[:200]}")


def _day(typed: str) -> Any:
    try:
        return parse_date(typed)
    except ValueError:
        return None


def _number(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 12 else None


def _place(request: StaffRequest) -> int | None:
    place = _number(request.GET.get("don-vi"))
    if place is not None and territory.version_on(place, today()) is None:
        raise Http404
    return place


def _ages(request: StaffRequest) -> tuple[str, ...]:
    wish = request.GET.get("xem", "")
    return (wish,) if wish in Age.values else tuple(Age.values) if wish == "all" else (Age.PAST, Age.NEAR)


def _wish(request: StaffRequest) -> str:
    kept = request.GET.copy()
    kept.pop("tu", None)
    return kept.urlencode()


def _tabs(request: StaffRequest, every: freshness.Tally) -> list[dict[str, Any]]:
    wish, place = request.GET.get("xem", ""), request.GET.get("don-vi", "")
    counts = {"": every.past + every.near, **{age: getattr(every, age) for age in Age.values}, "all": every.total}
    labels = {"": _("To do"), **{str(age): age.label for age in Age}, "all": _("All")}
    return [
        {"label": label, "url": f"?xem={key}&don-vi={place}", "current": key == wish, "count": counts[key]}
        for key, label in labels.items()
    ]


def _places(request: StaffRequest) -> list[tuple[int, str]]:
    """The province and its communes as far as the person's posts reach."""
    mine = set(freshness.units_of(request.user, on=today()))
    try:
        root = territory.province(settings.LANTOA_PROVINCE_CODE, on=today())
    except territory.UnknownUnit:
        return []
    return [(row.id, row.name) for row in territory.communes(root.pk, today()) if row.id in mine]
