"""A list comes in: choose, name the columns, look it over, bring it in; or give it up."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lantoa.audience import presenting
from lantoa.audience.enums import ImportState
from lantoa.audience.forms import MappingForm, UploadForm
from lantoa.audience.models import ContactImport
from lantoa.audience.rules import IMPORT_PEOPLE
from lantoa.audience.services import cancel_import, problems, run_import, start_import, try_import
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.tables import write_error_file

SHOWN_ERRORS = 50


@desk_view(IMPORT_PEOPLE)
def import_new(request: StaffRequest) -> HttpResponse:
    """Choose a list to bring in; below it, those brought in before."""
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid() and (row := _started(request, form)):
        return redirect("audience:import", row.public_id)
    before = ContactImport.objects.visible_to(request.user).defer("content", "problems")[:20]
    shown = {"form": form, "steps": presenting.import_steps(None), "before": presenting.import_table(before)}
    return render(request, "audience/import_new.html", shown)


def _started(request: StaffRequest, form: UploadForm) -> ContactImport | None:
    chosen, uploaded = form.cleaned_data, form.cleaned_data["file"]
    facts = {"file_name": uploaded.name, "unit_id": chosen["unit"], "purpose": chosen["purpose"]}
    try:
        return start_import(by=request.user, at=now(), content=uploaded.read(), **facts)
    except LantoaError as refusal:
        form.add_error("file", str(refusal))
        return None


@desk_view(IMPORT_PEOPLE)
def import_page(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One import where it stands: its columns, or what it would bring, or what it brought."""
    row = _mine(request, public_id)
    waiting = row.state in (ImportState.UPLOADED, ImportState.MAPPED)
    form = MappingForm(request.POST or None, upload=row) if waiting else None
    if request.method == "POST" and form and form.is_valid():
        try:
            row = try_import(by=request.user, at=now(), import_id=row.pk, mapping=form.mapping())
            return redirect("audience:import", row.public_id)
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
    return render(request, "audience/import.html", {"row": row, "form": form, **_outcome(row)})


def _outcome(row: ContactImport) -> dict[str, Any]:
    errors = list(problems(row))
    return {
        "steps": presenting.import_steps(row),
        "facts": presenting.import_facts(row),
        "errors": presenting.error_table(errors[:SHOWN_ERRORS]),
        "more": max(len(errors) - SHOWN_ERRORS, 0),
    }


@desk_view(IMPORT_PEOPLE)
@require_POST
def import_run(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Bring the checked list in."""
    row = _mine(request, public_id)
    try:
        done = run_import(by=request.user, at=now(), import_id=row.pk)
    except LantoaError as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext("%(n)d person came in.", "%(n)d people came in.", done.accepted) % {"n": done.accepted}
        messages.success(request, said)
    return redirect("audience:import", public_id)


@desk_view(IMPORT_PEOPLE)
@require_POST
def import_cancel(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Give the list up; its content is dropped."""
    cancel_import(by=request.user, at=now(), import_id=_mine(request, public_id).pk)
    messages.success(request, _("The list was given up. Nothing of it was kept."))
    return redirect("audience:import_new")


@desk_view(IMPORT_PEOPLE)
def import_errors(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Every error of the list, as a file that Excel opens."""
    content = write_error_file(problems(_mine(request, public_id)))
    name = f"loi-{public_id.hex[:8]}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _mine(request: StaffRequest, public_id: UUID) -> ContactImport:
    return get_object_or_404(ContactImport.objects.visible_to(request.user), public_id=public_id)
