"""Desk pages of the agencies: who there is on any day, their posts, who answers today."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.agencies import presenting, selectors, services
from lantoa.agencies.forms import AppointForm, DayForm, EndForm
from lantoa.agencies.models import AgencyVersion
from lantoa.agencies.rules import CHANGE_POSTS, VIEW_AGENCIES
from lantoa.kernel import clock
from lantoa.kernel.access import allowed
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.enums import Role
from lantoa.kernel.errors import LantoaError
from lantoa.territory import selectors as territory


def _day(request: HttpRequest) -> date:
    form = DayForm(request.GET)
    form.is_valid()
    return form.cleaned_data.get("on") or clock.today()


@desk_view(VIEW_AGENCIES)
def tree(request: StaffRequest) -> HttpResponse:
    """All agencies on a day as a tree, with folded search."""
    on = _day(request)
    query = request.GET.get("q", "")[:80].strip()
    rows = selectors.agencies_on(on)
    found = presenting.found_nodes(rows, query, on) if query else None
    nodes = [] if query else presenting.tree_nodes(rows, on)
    shown = {"on": on, "query": query, "found": found, "nodes": nodes, "number": len(rows)}
    return render(request, "agencies/tree.html", shown)


def _shown(request: StaffRequest, pk: int, form: AppointForm | None = None) -> dict[str, object]:
    versions = selectors.history(pk)
    if not versions:
        raise Http404
    on = _day(request)
    last = next((version for version in versions if on in version.valid), versions[-1])
    back, onward = selectors.successions_of(pk)
    may = allowed(request.user, CHANGE_POSTS, unit_id=last.unit_id) and on in last.valid
    return {
        "agency": last, "on": on, "gone": on not in last.valid, "versions": presenting.version_rows(versions),
        "unit_name": territory.names_on([last.unit_id], on).get(last.unit_id, ""), "parent": _parent(last, on),
        "posts": presenting.post_rows(selectors.posts_at(pk), on), "may_appoint": may,
        "took": presenting.succession_steps(back, on, onward=False),
        "handed": presenting.succession_steps(onward, on, onward=True),
        "answerable": presenting.answerable(pk, on) if onward else [],
        "form": form or AppointForm() if may else None,
    }  # fmt: skip


def _parent(version: AgencyVersion, on: date) -> tuple[str, str] | None:
    if version.parent_id is None:
        return None
    return selectors.names_on([version.parent_id], on)[version.parent_id], presenting.agency_url(version.parent_id, on)


@desk_view(VIEW_AGENCIES)
def agency(request: StaffRequest, pk: int) -> HttpResponse:
    """An agency: names through time, posts, what it took over and handed on, who answers today."""
    return render(request, "agencies/agency.html", _shown(request, pk))


@require_POST
@desk_view(CHANGE_POSTS)
def appoint(request: StaffRequest, pk: int) -> HttpResponse:
    """Give someone a post at the agency."""
    form = AppointForm(request.POST)
    if form.is_valid():
        wanted = form.cleaned_data
        try:
            services.appoint(
                user=wanted["account"], role=Role(wanted["role"]), agency_id=pk, start=wanted["start"],
                end=wanted["end"], title=wanted["title"], acting=wanted["acting"], basis=wanted["basis"],
                by=request.user, at=clock.now(),
            )  # fmt: skip
            messages.success(request, _("The post is on record."))
            return redirect("agencies:agency", pk)
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
    return render(request, "agencies/agency.html", _shown(request, pk, form), status=422)


@desk_view(CHANGE_POSTS)
def post_end(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask when a post ends, and end it."""
    post = selectors.post(pk)
    version = selectors.agency_on(post.agency_id, clock.today()) if post else None
    if post is None or version is None or not allowed(request.user, CHANGE_POSTS, unit_id=version.unit_id):
        raise Http404
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_post(post_id=pk, by=request.user, at=clock.now(), **form.cleaned_data)
            messages.success(request, _("The post ends; it stays on record."))
            return redirect("agencies:agency", post.agency_id)
        except LantoaError as refusal:
            form.add_error("on", str(refusal))
    return render(request, "agencies/post_end.html", {"post": post, "agency": version, "form": form})
