"""Requests about one's own data, as officers take them down and settle them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.audience import rights_words
from lantoa.audience.enums import RightState
from lantoa.audience.models import RightsRequest
from lantoa.audience.rights_forms import RequestForm, StepForm
from lantoa.audience.rules import HANDLE_RIGHTS, VIEW_PEOPLE
from lantoa.audience.selectors import Standing, breaches, rights_request, rights_requests, rights_steps
from lantoa.audience.selectors.rights import SHOWS
from lantoa.audience.services import open_request, record_step
from lantoa.kernel.access import allowed
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import calendar, now, today
from lantoa.kernel.errors import LantoaError
from lantoa.territory.selectors import names_on

A_PAGE = 30


@desk_view(HANDLE_RIGHTS)
def request_list(request: StaffRequest) -> HttpResponse:
    """Who asked about their data, what is due and what is late; breaches not yet decided."""
    show, at = request.GET.get("show", "open"), now()
    show = show if show in SHOWS else "open"
    page = Paginator(rights_requests(request.user, show, at=at), A_PAGE).get_page(request.GET.get("page"))
    late, others = rights_words.as_jobs(list(page.object_list), at)
    labels = {"open": _("To do"), "late": _("Late"), "settled": _("Settled"), "all": _("All")}
    pills = [{"label": label, "url": f"?show={key}", "current": key == show} for key, label in labels.items()]
    found = breaches(request.user, at=at)
    waiting = rights_words.breach_jobs([row for row in found if row.is_waiting], at)
    decided = rights_words.breach_jobs([row for row in found if not row.is_waiting][:10], at)
    shown = {"show": show, "pills": pills, "late": late, "others": others, "page": page, "breaches": waiting}
    return render(request, "audience/rights.html", shown | {"decided": decided})


@desk_view(HANDLE_RIGHTS)
def request_new(request: StaffRequest) -> HttpResponse:
    """Take down what somebody asks at the counter, by phone or by letter."""
    form = RequestForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            row = open_request(by=request.user, at=now(), **form.asked())
            return redirect("rights:request", row.public_id)
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
    return render(request, "audience/rights_new.html", {"form": form})


@desk_view(HANDLE_RIGHTS)
def request_page(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One request: what was done, what is owed, and the next step."""
    one = _mine(request, public_id)
    form = StepForm(request.POST or None, request=one.request) if one.request.is_open else None
    if request.method == "POST" and form and form.is_valid():
        said = form.cleaned_data
        try:
            record_step(by=request.user, at=now(), request=one.request, state=RightState(said["state"]),
                        text=said["text"], extra_days=said.get("extra_days"))  # fmt: skip
            messages.success(request, _("It is on record."))
            return redirect("rights:request", public_id)
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
    return render(request, "audience/rights_request.html", _shown(request, one) | {"form": form})


def _mine(request: StaffRequest, public_id: UUID) -> Standing:
    try:
        return rights_request(request.user, public_id)
    except RightsRequest.DoesNotExist:
        raise Http404 from None


def _shown(request: StaffRequest, one: Standing) -> dict[str, Any]:
    row, person = one.request, one.request.person
    unit = names_on([row.unit_id], today()).get(row.unit_id, "")
    may_open = person is not None and allowed(request.user, VIEW_PEOPLE, unit_id=person.unit_id)
    return {
        "one": one,
        "title": rights_words.request_title(row),
        "clock": rights_words.clock_words(one, timezone.now(), calendar()),
        "facts": rights_words.request_facts(one, unit),
        "steps": rights_words.request_steps(one, rights_steps(row)),
        "person": person if may_open else None,
    }
