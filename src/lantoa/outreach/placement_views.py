"""The pages of placements: what waits in one's units, one placement with its proof, a broadcast's list of them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.channels.registry import publics
from lantoa.kernel import private_files
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.outreach import services
from lantoa.outreach.models import Broadcast, Placement, PlacementProof
from lantoa.outreach.placement_enums import PlacementState
from lantoa.outreach.placement_file import placement_lines
from lantoa.outreach.placement_forms import ConfirmForm
from lantoa.outreach.placement_showing import PlacementPage, SpreadTable, lines
from lantoa.outreach.rules import CONFIRM, RELEASE, VIEW, VIEW_PLACEMENTS
from lantoa.outreach.selectors.placements import placements_of, to_confirm
from lantoa.outreach.views import attempt, own_broadcast

A_PAGE = 50


def _mine(request: StaffRequest, pk: int) -> Placement:
    """A placement in one's units, or of a broadcast one may see; 404 for others."""
    at_home = Placement.objects.visible_to(request.user).values("pk")
    own = Broadcast.objects.visible_to(request.user).values("pk")
    rows = Placement.objects.filter(Q(pk__in=at_home) | Q(broadcast__in=own))
    found: Placement = get_object_or_404(rows.select_related("outlet", "broadcast__version__message"), pk=pk)
    return found


@desk_view(CONFIRM)
def placement_work(request: StaffRequest) -> HttpResponse:
    """What waits for a person at the outlets of one's units."""
    page = Paginator(to_confirm(request.user, at=now()), A_PAGE).get_page(request.GET.get("page"))
    shown = lines(list(page.object_list), at=now())
    return render(request, "outreach/placement_work.html", {"page": page, "lines": shown})


@desk_view(VIEW_PLACEMENTS)
def placement(request: StaffRequest, pk: int) -> HttpResponse:
    """One placement: the words, the place, the kit; and the form that says it was there."""
    page = PlacementPage(_mine(request, pk), request.user, at=now())
    form = ConfirmForm(row=page.row, now=page.at)
    return render(request, "outreach/placement.html", {"page": page, "row": page.row, "form": form})


@desk_view(CONFIRM)
@require_POST
def placement_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that it was there."""
    page = PlacementPage(_mine(request, pk), request.user, at=now())
    form = ConfirmForm(request.POST, request.FILES, row=page.row, now=page.at)
    if confirmed(form, page):
        messages.success(request, _("Thank you. It counts now."))
        return redirect("outreach:placement", pk)
    return render(request, "outreach/placement.html", {"page": page, "row": page.row, "form": form}, status=422)


def confirmed(form: ConfirmForm, page: PlacementPage) -> bool:
    """Whether the form held and the word counted; else the form says why."""
    if not form.is_valid():
        return False
    try:
        services.confirm(placement=page.row, shown=form.shown(), by=page.user, at=page.at)
    except services.CannotConfirmError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    except LantoaError as refusal:
        form.add_error("photo", str(refusal))
    else:
        return True
    return False


def _act(request: StaffRequest, pk: int, act: Callable[..., Any], words: str) -> HttpResponse:
    attempt(request, partial(act, placement=_mine(request, pk), by=request.user, at=now()), words)
    return redirect("outreach:placement", pk)


@desk_view(CONFIRM)
@require_POST
def placement_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a wrong confirmation back."""
    act = partial(services.undo, note=request.POST.get("note", ""))
    return _act(request, pk, act, _("Taken back. It stands where it stood before; the proof stays on record."))


@desk_view(CONFIRM)
@require_POST
def placement_down(request: StaffRequest, pk: int) -> HttpResponse:
    """Note that it was taken away."""
    return _act(request, pk, services.take_down, _("Noted: it is there no more."))


@desk_view(CONFIRM)
@require_POST
def placement_link(request: StaffRequest, pk: int) -> HttpResponse:
    """Close the old links and show a new one."""
    return _act(request, pk, services.renew_link, _("The links given out before are closed. A new one stands below."))


@desk_view(RELEASE)
@require_POST
def placement_remind(request: StaffRequest, pk: int) -> HttpResponse:
    """Put it first on the desks of its unit."""
    return _act(request, pk, services.remind, _("Reminded: it stands first on the desks of its unit."))


@desk_view(RELEASE)
@require_POST
def placement_retry(request: StaffRequest, pk: int) -> HttpResponse:
    """Try what failed again."""
    return _act(request, pk, services.retry_placement, _("It is due again."))


@desk_view(VIEW_PLACEMENTS)
def placement_kit(request: StaffRequest, pk: int) -> HttpResponse:
    """The one file that people need to carry it out."""
    page = PlacementPage(_mine(request, pk), request.user, at=now())
    make = publics()[page.row.kind].kit if page.has_kit else None
    if make is None:
        raise Http404
    kit = make(page.placing)
    headers = {"Content-Disposition": content_disposition_header(True, kit.name) or "attachment"}
    return HttpResponse(kit.content, content_type=kit.content_type, headers=headers)


@desk_view(VIEW_PLACEMENTS)
def placement_photo(request: StaffRequest, pk: int, proof: int) -> HttpResponse:
    """The picture of one proof."""
    row = get_object_or_404(PlacementProof.objects.exclude(photo=""), pk=proof, placement=_mine(request, pk))
    try:
        content = private_files.content_of(row.photo)
    except FileNotFoundError as gone:
        raise Http404 from gone
    return HttpResponse(content, content_type="image/jpeg", headers={"X-Content-Type-Options": "nosniff"})


@desk_view(VIEW)
def placement_list(request: StaffRequest, pk: int) -> HttpResponse:
    """A broadcast's placements, by kind and state, with their proofs."""
    row, asked = own_broadcast(request, pk), request.GET
    state = asked.get("o", "")
    chosen = {"kind": asked.get("loai", ""), "state": state if state in PlacementState.values else ""}
    page = Paginator(placements_of(row, **chosen), A_PAGE).get_page(asked.get("page"))
    shown = {"row": row, "page": page, "lines": lines(list(page.object_list), at=now()), "table": SpreadTable(row)}
    return render(request, "outreach/placements.html", {**shown, **chosen})


@desk_view(RELEASE)
@require_POST
def placements_remind(request: StaffRequest, pk: int) -> HttpResponse:
    """Remind of everything of a broadcast that nobody confirmed."""
    row = own_broadcast(request, pk)
    count = services.remind_all(broadcast=row, by=request.user, at=now())
    messages.success(request, _("Reminded of %(n)s. They stand first on the desks of their units.") % {"n": count})
    return redirect("outreach:broadcast", pk)


@desk_view(VIEW)
def placement_csv(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A broadcast's placements, a line each."""
    row = own_broadcast(request, pk)
    response = StreamingHttpResponse(placement_lines(row, at=now()), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="diem-truyen-thong-{pk}.csv"'
    return response
