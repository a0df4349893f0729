"""Segments: described, counted, kept."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lantoa.audience import presenting
from lantoa.audience.criteria import Criteria
from lantoa.audience.forms import SegmentForm
from lantoa.audience.models import Segment
from lantoa.audience.rules import EDIT_SEGMENTS, VIEW_SEGMENTS
from lantoa.audience.selectors import segments_for, shown_size
from lantoa.audience.services import save_segment
from lantoa.kernel.access import allowed, require, visible_to
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now, today
from lantoa.kernel.errors import LantoaError
from lantoa.territory.selectors import names_on


@desk_view(VIEW_SEGMENTS)
def segment_list(request: StaffRequest) -> HttpResponse:
    """The segments one may write to."""
    segments = list(segments_for(request.user))
    names = names_on([segment.unit_id for segment in segments], today())
    rows = [(segment, names.get(segment.unit_id, "")) for segment in segments]
    return render(request, "audience/segments.html", {"rows": rows, "may_edit": allowed(request.user, EDIT_SEGMENTS)})


@desk_view(VIEW_SEGMENTS)
def segment_page(request: StaffRequest, pk: int) -> HttpResponse:
    """One segment and its size now."""
    segment = get_object_or_404(segments_for(request.user), pk=pk)
    criteria = Criteria.from_json(segment.criteria)
    shown = {
        "segment": segment,
        "facts": presenting.size_facts(shown_size(criteria)),
        "counted_at": now(),
        "parts": presenting.criteria_parts(criteria, names_on(criteria.units, today())),
        "may_edit": allowed(request.user, EDIT_SEGMENTS, unit_id=segment.unit_id),
    }
    return render(request, "audience/segment.html", shown)


@desk_view(EDIT_SEGMENTS)
def segment_new(request: StaffRequest) -> HttpResponse:
    """Describe a new segment."""
    return _edit(request, None)


@desk_view(EDIT_SEGMENTS)
def segment_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a segment."""
    mine = visible_to(Segment.objects.all(), request.user, permission=EDIT_SEGMENTS, unit_path="unit")
    return _edit(request, get_object_or_404(mine, pk=pk))


def _edit(request: StaffRequest, segment: Segment | None) -> HttpResponse:
    form = SegmentForm(request.POST or None, user=request.user, segment=segment)
    size = None
    if request.method == "POST" and form.is_valid():
        if "count" in request.POST or request.headers.get("HX-Request"):
            size = _size(request, form)
        elif saved := _save(request, form, segment):
            return redirect("audience:segment", saved.pk)
    shown = {"form": form, "segment": segment, "facts": size, "counted_at": now()}
    return render(request, "audience/segment_edit.html", shown)


def _size(request: StaffRequest, form: SegmentForm) -> presenting.Rows:
    criteria = form.criteria()
    for unit_id in criteria.units:
        require(request.user, EDIT_SEGMENTS, unit_id=unit_id)
    return presenting.size_facts(shown_size(criteria))


def _save(request: StaffRequest, form: SegmentForm, segment: Segment | None) -> Segment | None:
    data = form.cleaned_data
    try:
        saved = save_segment(
            by=request.user,
            at=now(),
            name=data["name"],
            criteria=form.criteria(),
            unit_id=data["unit"],
            agency_id=segment.agency_id if segment else None,
            segment=segment,
        )
    except LantoaError as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, _("The segment is kept."))
    return saved
