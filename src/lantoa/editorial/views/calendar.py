"""The editors' calendar: a month as a grid on a desk, as a list on a phone."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from lantoa.editorial.rules import SEE
from lantoa.editorial.selectors.calendar import month_of
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import FIRST_YEAR, LAST_YEAR, now


@desk_view(SEE)
def month(request: StaffRequest) -> HttpResponse:
    """One month; `?thang=2026-12`, this month by default."""
    at = now()
    first = _month(request.GET.get("thang", ""), timezone.localdate(at).replace(day=1))
    days = month_of(request.user, first, at=at)
    context = {
        "days": days, "first": first, "before": first - timedelta(days=1), "after": first + timedelta(days=32),
        "nothing": all(day.bare for day in days), "week": days[:7],
    }  # fmt: skip
    return render(request, "editorial/calendar.html", context)


def _month(asked: str, this: date) -> date:
    try:
        found = date.fromisoformat(f"{asked}-01")
    except ValueError:
        return this
    return found if FIRST_YEAR < found.year < LAST_YEAR else this
