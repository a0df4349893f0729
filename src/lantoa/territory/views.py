"""Desk pages of the units: the map of any day, the life of a unit, lists to take in, what sources left open."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.kernel import clock
from lantoa.kernel.access import allowed
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.tables import write_error_file
from lantoa.territory import naming, presenting, selectors, services
from lantoa.territory.enums import RunKind
from lantoa.territory.forms import DayForm, ListForm
from lantoa.territory.rules import CHANGE_UNITS, VIEW_UNITS


def _day(request: HttpRequest) -> date:
    form = DayForm(request.GET)
    form.is_valid()
    return form.cleaned_data.get("on") or clock.today()


@desk_view(VIEW_UNITS)
def tree(request: StaffRequest) -> HttpResponse:
    """All units on a day as a tree, with folded search; a whole country shows one province at a time."""
    form = DayForm(request.GET)
    on = _day(request)
    query = form.cleaned_data.get("q", "") if form.is_valid() else ""
    tops = selectors.provinces(on)
    chosen = next((row for row in tops if str(row.id) == request.GET.get("province")), None)
    many = len(tops) > presenting.MANY_PROVINCES and chosen is None
    branches = [] if many or query else selectors.tree(on, root_id=chosen.id if chosen else None)
    shown = {"on": on, "form": form, "query": query, "tops": tops if many else []}
    shown["nodes"] = presenting.tree_nodes(branches, on)
    shown["facts"] = presenting.count_facts(presenting.counted(branches)) if branches else None
    shown["found"] = presenting.found_rows(naming.search(query, on), on) if query else None
    return render(request, "territory/tree.html", shown | {"may_change": allowed(request.user, CHANGE_UNITS)})


@desk_view(VIEW_UNITS)
def unit(request: StaffRequest, pk: int) -> HttpResponse:
    """A unit through time: what it was called, where it lay, what it came from, what became of it."""
    versions = selectors.history(pk)
    if not versions:
        raise Http404
    on = _day(request)
    return render(request, "territory/unit.html", {"on": on} | presenting.life(versions, on))


@desk_view(CHANGE_UNITS)
def list_new(request: StaffRequest) -> HttpResponse:
    """Hand in a list of hamlets or statuses."""
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        chosen, uploaded = form.cleaned_data, form.cleaned_data["file"]
        try:
            draft = services.hand_in(
                kind=RunKind(chosen["kind"]), content=uploaded.read(), file_name=uploaded.name or "",
                province_id=chosen["province"], on=chosen["on"], by=request.user, at=clock.now(),
            )  # fmt: skip
            return redirect("territory:list", draft.pk)
        except LantoaError as refusal:
            form.add_error("file", str(refusal))
    return render(request, "territory/list_new.html", {"form": form, "steps": presenting.steps(0)})


@desk_view(CHANGE_UNITS)
def list_page(request: StaffRequest, pk: int) -> HttpResponse:
    """What a list would bring, row by row; nothing has changed yet."""
    try:
        draft, listing = services.try_draft(draft_id=pk, by=request.user, at=clock.now())
    except LantoaError as refusal:
        messages.error(request, str(refusal))
        return redirect("territory:list_new")
    shown = {"draft": draft, "listing": listing, "facts": presenting.listing_facts(listing)}
    shown |= {"errors": presenting.error_table(listing.errors), "steps": presenting.steps(1)}
    shown["more"] = max(0, len(listing.errors) - presenting.SHOWN_ERRORS)
    return render(request, "territory/list.html", shown)


@desk_view(CHANGE_UNITS)
def list_errors(request: StaffRequest, pk: int) -> HttpResponse:
    """Every row that cannot be used, as a CSV."""
    try:
        _draft, listing = services.try_draft(draft_id=pk, by=request.user, at=clock.now())
    except LantoaError:
        raise Http404 from None
    headers = {"Content-Disposition": 'attachment; filename="loi.csv"'}
    return HttpResponse(write_error_file(listing.errors), content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
@desk_view(CHANGE_UNITS)
def list_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the list in."""
    try:
        listing = services.confirm_draft(draft_id=pk, by=request.user, at=clock.now())
        messages.success(request, _("%(n)d new rows are on record.") % {"n": listing.new})
    except LantoaError as refusal:
        messages.error(request, str(refusal))
    return redirect("territory:tree")


@require_POST
@desk_view(CHANGE_UNITS)
def list_give_up(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget the list."""
    try:
        services.give_up_draft(draft_id=pk, by=request.user)
        messages.success(request, _("The list was given up. Nothing has changed."))
    except LantoaError as refusal:
        messages.error(request, str(refusal))
    return redirect("territory:list_new")


@desk_view(VIEW_UNITS)
def runs(request: StaffRequest) -> HttpResponse:
    """The imports so far."""
    return render(request, "territory/runs.html", {"runs": presenting.run_table(selectors.runs())})


@desk_view(VIEW_UNITS)
def run(request: StaffRequest, pk: int) -> HttpResponse:
    """What the sources of one import left open or told differently."""
    row = next((row for row in selectors.runs() if row.pk == pk), None)
    if row is None:
        raise Http404
    doubts = presenting.doubt_table(selectors.doubts_of(pk))
    return render(request, "territory/run.html", {"run": row, "doubts": doubts})
