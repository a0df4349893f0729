"""The desk's pages about outlets: the list, one outlet, a list that comes in."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lantoa.channels.registry import publics
from lantoa.kernel.access import allowed, visible_to
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now, today
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.tables import write_error_file
from lantoa.outlets import presenting, services
from lantoa.outlets.forms import FilterForm, OutletForm, UploadForm
from lantoa.outlets.models import Outlet, OutletImport, OutletQuerySet
from lantoa.outlets.programme import programme_of
from lantoa.outlets.rules import MANAGE, VIEW
from lantoa.outlets.selectors import in_order, wire_fault

A_PAGE = 50
SHOWN_ERRORS = 50


@desk_view(VIEW)
def outlet_list(request: StaffRequest) -> HttpResponse:
    """The outlets of one's units by place, or the longest unseen first, each with its light."""
    form = FilterForm(request.GET, user=request.user)
    rows, longest = _chosen(request, form)
    page = Paginator(in_order(rows, longest=longest, on=today()), A_PAGE).get_page(request.GET.get("page"))
    lines = presenting.lines(_loaded(list(page.object_list)), at=now(), on=today())
    kinds = [found.capability for found in publics().values()]
    shown = {
        "form": form, "page": page, "lines": lines, "groups": presenting.grouped(lines, by_place=not longest),
        "kinds": kinds, "kind": request.GET.get("loai", ""), "may_manage": allowed(request.user, MANAGE),
    }  # fmt: skip
    return render(request, "outlets/list.html", shown)


def _chosen(request: StaffRequest, form: FilterForm) -> tuple[OutletQuerySet, bool]:
    """The rows, and whether the longest unseen come first; an answer that does not hold narrows nothing."""
    rows: OutletQuerySet = Outlet.objects.visible_to(request.user)
    form.is_valid()
    chosen = form.cleaned_data
    if kind := chosen.get("loai"):
        rows = rows.filter(kind=kind)
    if unit := chosen.get("ap") or chosen.get("noi"):
        rows = rows.in_reach(int(unit), on=today())
    if days := chosen.get("lau"):
        rows = rows.not_seen_since(now() - timedelta(days=int(days)))
    return rows, chosen.get("xep") == "lau"


def _loaded(ids: Sequence[int]) -> list[Outlet]:
    """The outlets of these ids, in this order; one query."""
    found = Outlet.objects.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


@desk_view(VIEW)
def outlet_csv(request: StaffRequest, kind: str) -> HttpResponse:
    """The outlets of one kind as a list that can be read in again."""
    if kind not in publics():
        raise Http404
    rows, longest = _chosen(request, FilterForm(request.GET, user=request.user))
    listed = _loaded(in_order(rows.filter(kind=kind), longest=longest, on=today()))
    headers = {"Content-Disposition": f'attachment; filename="diem-{kind}.csv"'}
    content = presenting.csv_of(kind, listed, at=now(), on=today())
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@desk_view(VIEW)
def outlet_page(request: StaffRequest, pk: int) -> HttpResponse:
    """One outlet: where it is, who looks after it, when it was last seen."""
    row = get_object_or_404(Outlet.objects.visible_to(request.user).select_related("account"), pk=pk)
    [line] = presenting.lines([row], at=now(), on=today())
    own = presenting.own_rows(row)
    may = allowed(request.user, MANAGE, unit_id=row.unit_id) and row.kind in publics()
    shown = {"line": line, "row": row, "own": own, "may_manage": may, "in_use": presenting.in_use_words(row),
             "fault": wire_fault(row), "programme": programme_of(row, now())}  # fmt: skip
    return render(request, "outlets/outlet.html", shown)


@desk_view(MANAGE)
def outlet_new(request: StaffRequest, kind: str) -> HttpResponse:
    """Add an outlet of one kind."""
    if kind not in publics():
        raise Http404
    return _edit(request, kind, None)


@desk_view(MANAGE)
def outlet_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change an outlet."""
    rows = visible_to(Outlet.objects.all(), request.user, permission=MANAGE, unit_path="unit")
    row = get_object_or_404(rows.filter(kind__in=publics()), pk=pk)
    return _edit(request, row.kind, row)


def _edit(request: StaffRequest, kind: str, row: Outlet | None) -> HttpResponse:
    form = OutletForm(*([request.POST] if request.method == "POST" else []), user=request.user, kind=kind, outlet=row)
    if request.method == "POST" and form.is_valid() and (saved := _saved(request, form)):
        messages.success(request, _("Saved."))
        return redirect("outlets:outlet", saved.pk)
    return render(request, "outlets/edit.html", {"form": form, "row": row, "capability": publics()[kind].capability})


def _saved(request: StaffRequest, form: OutletForm) -> Outlet | None:
    place = {"outlet": form.outlet} if form.outlet else {"kind": form.kind, "unit_id": form.cleaned_data["unit"]}
    try:
        return services.save_outlet(by=request.user, at=now(), facts=form.facts(), **place)
    except LantoaError as refusal:
        form.add_error(None, str(refusal))
        return None


@desk_view(MANAGE)
def import_new(request: StaffRequest) -> HttpResponse:
    """Choose a list to bring in; it is tried out first."""
    chosen = {"kind": request.GET.get("loai", "")}
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user, initial=chosen)
    if request.method == "POST" and form.is_valid() and (row := _started(request, form)):
        return redirect("outlets:import", row.public_id)
    kinds = [found.capability for found in publics().values()]
    return render(request, "outlets/import_new.html", {"form": form, "kinds": kinds})


def _started(request: StaffRequest, form: UploadForm) -> OutletImport | None:
    chosen, uploaded = form.cleaned_data, form.cleaned_data["file"]
    facts: dict[str, Any] = {"file_name": uploaded.name, "unit_id": chosen["unit"], "kind": chosen["kind"]}
    try:
        return services.start_import(by=request.user, at=now(), content=uploaded.read(), **facts)
    except LantoaError as refusal:
        form.add_error("file", str(refusal))
        return None


@desk_view(MANAGE)
def import_page(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What a list would bring, or what it brought."""
    row = _list(request, public_id)
    errors = list(services.problems(row))
    shown = {
        "row": row, "errors": presenting.error_table(errors[:SHOWN_ERRORS]), "more": max(len(errors) - SHOWN_ERRORS, 0),
        "capability": presenting.capability_of(row.kind),
    }  # fmt: skip
    return render(request, "outlets/import.html", shown)


@desk_view(MANAGE)
@require_POST
def import_run(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Bring the checked list in."""
    try:
        done = services.run_import(by=request.user, at=now(), import_id=_list(request, public_id).pk)
    except LantoaError as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext("%(n)d outlet came in.", "%(n)d outlets came in.", done.accepted) % {"n": done.accepted}
        messages.success(request, said)
    return redirect("outlets:import", public_id)


@desk_view(MANAGE)
@require_POST
def import_cancel(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Give the list up; its content is dropped."""
    services.cancel_import(by=request.user, at=now(), import_id=_list(request, public_id).pk)
    messages.success(request, _("The list was given up. Nothing of it was kept."))
    return redirect("outlets:import_new")


@desk_view(MANAGE)
def import_errors(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Every error of the list, as a file that Excel opens."""
    content = write_error_file(services.problems(_list(request, public_id)))
    headers = {"Content-Disposition": f'attachment; filename="loi-{public_id.hex[:8]}.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _list(request: StaffRequest, public_id: UUID) -> OutletImport:
    return get_object_or_404(OutletImport.objects.visible_to(request.user), public_id=public_id)
