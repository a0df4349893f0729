"""Data breaches: reported, then notified in time, or the reason on record why not."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.audience import rights_words
from lantoa.audience.models import DataBreach
from lantoa.audience.rights_forms import BreachForm, NoNoticeForm, NoticeForm
from lantoa.audience.rules import HANDLE_RIGHTS
from lantoa.audience.selectors import breach
from lantoa.audience.services import record_no_notice, record_notice, report_breach
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now, today
from lantoa.kernel.errors import LantoaError
from lantoa.territory.selectors import names_on


@desk_view(HANDLE_RIGHTS)
def breach_new(request: StaffRequest) -> HttpResponse:
    """Report a breach: the hours begin with its detection."""
    form = BreachForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            row = report_breach(by=request.user, at=now(), unit_id=said["unit"], detected_at=said["detected_at"],
                                what=said["what"], harm=said["harm"], people=said["people"])  # fmt: skip
            return redirect("rights:breach", row.public_id)
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
    return render(request, "audience/breach_new.html", {"form": form})


@desk_view(HANDLE_RIGHTS)
def breach_page(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One breach: the hours left, what is known, and the two ways to decide."""
    return _shown(request, _mine(request, public_id))


@desk_view(HANDLE_RIGHTS)
@require_POST
def breach_notice(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Record that the authority was notified."""
    row, form = _mine(request, public_id), NoticeForm(request.POST)
    if form.is_valid():
        try:
            record_notice(by=request.user, at=now(), breach=row, notified_at=form.moment(),
                          reference=form.cleaned_data["reference"])  # fmt: skip
            messages.success(request, _("It is on record."))
            return redirect("rights:breach", public_id)
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
    return _shown(request, row, notice=form)


@desk_view(HANDLE_RIGHTS)
@require_POST
def breach_no_notice(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Record why no notice is due."""
    row, form = _mine(request, public_id), NoNoticeForm(request.POST)
    if form.is_valid():
        try:
            record_no_notice(by=request.user, at=now(), breach=row, reason=form.cleaned_data["reason"])
            messages.success(request, _("It is on record."))
            return redirect("rights:breach", public_id)
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
    return _shown(request, row, no_notice=form)


def _mine(request: StaffRequest, public_id: UUID) -> DataBreach:
    try:
        return breach(request.user, public_id)
    except DataBreach.DoesNotExist:
        raise Http404 from None


def _shown(
    request: StaffRequest, row: DataBreach, *, notice: forms.Form | None = None, no_notice: forms.Form | None = None
) -> HttpResponse:
    unit = names_on([row.unit_id], today()).get(row.unit_id, "")
    shown: dict[str, Any] = {
        "row": row,
        "clock": rights_words.hours_words(row, now()),
        "late": row.is_waiting and row.notify_by < now(),
        "facts": rights_words.breach_facts(row, unit),
        "notice": None if row.notified_at else notice or NoticeForm(initial={"notified_at": now()}),
        "no_notice": (no_notice or NoNoticeForm()) if row.is_waiting else None,
        "faulty": notice or no_notice,
    }
    return render(request, "audience/breach.html", shown)
