"""The case desk."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST

from lantoa.agencies.selectors import names_on as agency_names_on
from lantoa.audience.selectors import masked_contact
from lantoa.channels.enums import FileState
from lantoa.channels.files.services import store
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.text import perhaps_names
from lantoa.listening import presentation, privacy, rules, selectors, services
from lantoa.listening.forms import FilterForm, PublishForm, is_feedback
from lantoa.listening.models import Case, CaseReply
from lantoa.listening.steps import STEPS, form_for, offers
from lantoa.territory.selectors import names_on

PAGE = 25
FILE_CSP: dict[str, Any] = {"default-src": ["'none'"], "frame-ancestors": ["'none'"], "sandbox": True}
"""Whatever a citizen's file may hold, it does nothing when it is opened."""


@desk_view(rules.VIEW_CASES)
def case_list(request: StaffRequest) -> HttpResponse:
    """What citizens said, the most urgent first."""
    at, form = now(), FilterForm(request.GET)
    show = request.GET.get("show", "waiting")
    found = selectors.cases(request.user, show=show, at=at, **form.wishes())
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    late, others = presentation.as_jobs(page, at)
    sent = {name: request.GET.get(name, "") for name in form.fields}
    context = {
        "late": late, "others": others, "page": page, "form": form, "show": show, "filtered": any(sent.values()),
        "pills": presentation.pills(request.user, show, at, sent),
    }  # fmt: skip
    return render(request, "listening/case_list.html", context)


@desk_view(rules.VIEW_CASES)
def case_detail(request: StaffRequest, number: str) -> HttpResponse:
    """One case: its story, its clock, and the steps open to the reader."""
    case = _case(request, number)
    return render(request, "listening/case.html", _context(request, case))


@require_POST
@desk_view(rules.VIEW_CASES)
def act(request: StaffRequest, number: str, step: str) -> HttpResponse:
    """Take one step on a case; a refused step keeps what was typed and says why."""
    case, at = _case(request, number), now()
    form = form_for(request.user, case, step, at=at, data=request.POST)
    if form.is_valid():
        try:
            STEPS[step].verb(case_id=case.pk, by=request.user, at=at, **form.cleaned_data)
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, str(STEPS[step].done))
            return redirect("listening:case", case.number)
    return render(request, "listening/case.html", _context(request, _case(request, number), {step: form}), status=422)


@require_POST
@desk_view(rules.PUBLISH)
def preview(request: StaffRequest, number: str) -> HttpResponse:
    """What the public would read, and every name and number in it; nothing is published yet."""
    case = _case(request, number)
    form = PublishForm(request.POST, auto_id="publish_%s")
    if not form.is_valid():
        return render(request, "listening/case.html", _context(request, case, {"publish": form}), status=422)
    text = "\n".join(form.cleaned_data.values())
    must_go = privacy.identifying(text, case)
    look = [name for name in perhaps_names(text) if name not in must_go]
    context = {"case": case, "form": form, "shown": form.cleaned_data, "must_go": must_go, "look": look}
    return render(request, "listening/publish.html", context)


@require_POST
@desk_view(rules.ANSWER)
def send_again(request: StaffRequest, number: str, reply_id: int) -> HttpResponse:
    """Send a reply once more that did not arrive, or perhaps did not."""
    case = _case(request, number)
    reply = get_object_or_404(CaseReply, pk=reply_id, case=case)
    try:
        services.send_again(reply_id=reply.pk, by=request.user, at=now())
    except LantoaError as refusal:
        messages.error(request, str(refusal))
    return redirect("listening:case", case.number)


@csp_override(FILE_CSP)
@desk_view(rules.VIEW_CASES)
def attachment(request: StaffRequest, number: str, file_id: int) -> HttpResponseBase:
    """Give a file that came with this case; a picture may be looked at, everything else is saved."""
    case = _case(request, number)
    found = get_object_or_404(selectors.files(case), pk=file_id, state=FileState.KEPT)
    shown = found.kind.startswith("image/")
    reply = FileResponse(store().open(found.path), as_attachment=not shown, filename=presentation.file_name(found))
    reply.headers["Content-Type"] = found.kind
    reply.headers["Cache-Control"] = "private, no-store"
    reply.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return reply


def _case(request: StaffRequest, number: str) -> Any:
    return get_object_or_404(Case.objects.visible_to(request.user).with_state(), number=number)


def _context(request: StaffRequest, case: Case, bound: dict[str, forms.Form] | None = None) -> dict[str, Any]:
    at = now()
    open_steps = offers(request.user, case, at=at, bound=bound or {})
    may_see = rules.may(request.user, rules.VIEW_CITIZEN, case, at=at)
    agency_id = case.in_charge_id
    return {
        "case": case,
        "title": next(iter(selectors.first_words([case]).values()), case.number),
        "main_steps": [offer for offer in open_steps if offer.main],
        "more_steps": [offer for offer in open_steps if not offer.main],
        "may_answer": rules.may(request.user, rules.ANSWER, case, at=at),
        "legal_door": not is_feedback(case),
        "steps": presentation.story_steps(case),
        "term": presentation.term_of(case, at),
        "clock": presentation.clock_words(case, at),
        "unit_name": names_on([case.unit_id], on=at.date()).get(case.unit_id, ""),
        "agency": agency_names_on([agency_id], at.date()).get(agency_id, "") if agency_id else "",
        "contact": masked_contact(case.address_id) if may_see and case.address_id else "",
        "replies": presentation.reply_rows(case),
        "files": presentation.file_rows(case),
        "public_answer": selectors.answered_in_public(case),
        "published": getattr(case, "published", None),
    }
