"""The pages of those who go by and tell people: whom to meet, what to say, met or not met."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now
from lantoa.outreach import services
from lantoa.outreach.models import Broadcast
from lantoa.outreach.rules import RECORD_VISIT
from lantoa.outreach.selectors.visits import broadcast_to_visit, visits_for
from lantoa.outreach.visiting import A_SCREEN, A_SHEET, VisitPage


def _row(request: StaffRequest, pk: int) -> Broadcast:
    try:
        return broadcast_to_visit(request.user, pk)
    except Broadcast.DoesNotExist as unknown:
        raise Http404 from unknown


def _shown(request: StaffRequest, pk: int, template: str, size: int) -> HttpResponse:
    asked, row = request.GET, _row(request, pk)
    unit, number = asked.get("xa", ""), asked.get("page", "")
    page = VisitPage(row, request.user, at=now(), unit=unit, number=number, size=size)
    return render(request, template, {"visits": page, "row": row})


@desk_view(RECORD_VISIT)
def visit_list(request: StaffRequest, pk: int) -> HttpResponse:
    """Who waits for a visit, in one's own units."""
    return _shown(request, pk, "outreach/visits.html", A_SCREEN)


@desk_view(RECORD_VISIT)
def visit_sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """The same on paper: names by hamlet with room for a tick."""
    return _shown(request, pk, "outreach/visit_sheet.html", A_SHEET)


@desk_view(RECORD_VISIT)
def visit_words(request: StaffRequest, pk: int) -> HttpResponse:
    """What to say, without a name beside it."""
    return _shown(request, pk, "outreach/visit_words.html", A_SCREEN)


@desk_view(RECORD_VISIT)
@require_POST
def visit_record(request: StaffRequest, pk: int, delivery: int) -> HttpResponse:
    """Met, or nobody at home."""
    found = get_object_or_404(visits_for(request.user, _row(request, pk)), pk=delivery)
    met = request.POST.get("gap") == "co"
    if services.record_visit(delivery=found, met=met, by=request.user, at=now()):
        messages.success(
            request, _("Noted: met and told.") if met else _("Noted: not at home. Somebody can try again.")
        )
    else:
        messages.info(request, _("This visit was noted before."))
    back = {"xa": found.unit_id, "page": request.POST.get("page") or 1}
    return redirect(f"{reverse('outreach:visits', args=[pk])}?{urlencode(back)}#people")
