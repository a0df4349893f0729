"""The case desk."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.audience.selectors import masked_contact
from lantoa.kernel.access import allowed
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.listening import rules, selectors, services
from lantoa.listening.enums import Happening, Status
from lantoa.listening.forms import AnswerForm, NoteForm, PublishForm, ReferForm
from lantoa.listening.models import Case
from lantoa.listening.presentation import clock_words, pills, story_steps
from lantoa.territory.selectors import names_on

PAGE = 25


@desk_view(rules.VIEW_CASES)
def case_list(request: StaffRequest) -> HttpResponse:
    """What citizens said, the most urgent first."""
    at = now()
    show = request.GET.get("show", "waiting")
    page = Paginator(selectors.cases(request.user, show=show, at=at), PAGE).get_page(request.GET.get("page"))
    names = names_on([case.unit_id for case in page], on=at.date())
    texts = selectors.first_words(page)
    rows = [(case, names.get(case.unit_id, ""), texts.get(case.pk, ""), clock_words(case, at)) for case in page]
    context = {"rows": rows, "page": page, "show": show, "pills": pills(request.user, show, at)}
    return render(request, "listening/case_list.html", context)


@desk_view(rules.VIEW_CASES)
def case_detail(request: StaffRequest, number: str) -> HttpResponse:
    """One case: its story, its clock, and the steps open to the reader."""
    case = _case(request, number)
    return render(request, "listening/case.html", _context(request, case))


@require_POST
@desk_view(rules.ANSWER)
def act(request: StaffRequest, number: str, step: str) -> HttpResponse:
    """Take one step on a case; a refused step keeps what was typed and says why."""
    case = _case(request, number)
    form = _form(case, step, request.POST)
    if form.is_valid():
        try:
            _take(step, case, form.cleaned_data, request)
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, DONE[step]())
            return redirect(reverse("listening:case", args=[case.number]))
    return render(request, "listening/case.html", _context(request, case, bound={step: form}), status=422)


DONE = {
    "answer": lambda: _("Answered. The citizen can read it now."),
    "note": lambda: _("Note kept."),
    "refer": lambda: _("Referred. The citizen is told where it went."),
    "publish": lambda: _("Published. The portal shows it without names."),
}


def _take(step: str, case: Case, cleaned: dict[str, Any], request: StaffRequest) -> None:
    verb = {
        "answer": services.answer_case,
        "note": services.add_note,
        "refer": services.refer_out,
        "publish": services.publish_answer,
    }[step]
    verb(case_id=case.pk, by=request.user, at=now(), **cleaned)  # type: ignore[operator]


def _form(case: Case, step: str, data: Any = None) -> forms.Form:
    kinds = {"answer": AnswerForm, "note": NoteForm, "refer": ReferForm, "publish": PublishForm}
    initial = {}
    if step == "publish":
        events = {event.happening: event.text for event in selectors.public_story(case)}
        initial = {"question": events.get(Happening.RECEIVED, ""), "answer": events.get(Happening.ANSWERED, "")}
    return kinds[step](data, initial=initial, auto_id=f"{step}_%s")


def _case(request: StaffRequest, number: str) -> Any:
    return get_object_or_404(Case.objects.visible_to(request.user).with_state(), number=number)


def _context(request: StaffRequest, case: Case, bound: dict[str, forms.Form] | None = None) -> dict[str, Any]:
    at = now()
    steps = {
        Status.WAITING: ["answer", "note", "refer"],
        Status.ANSWERED: ["publish", "note"],
        Status.REFERRED: ["note"],
    }[case.status]
    open_steps = {step: (bound or {}).get(step) or _form(case, step) for step in steps}
    may_see = allowed(request.user, rules.VIEW_CITIZEN, unit_id=case.unit_id)
    return {
        "case": case,
        "forms": open_steps if allowed(request.user, rules.ANSWER, unit_id=case.unit_id) else {},
        "failed": next(iter(bound or {}), ""),
        "steps": story_steps(case),
        "unit_name": names_on([case.unit_id], on=at.date()).get(case.unit_id, ""),
        "clock": clock_words(case, at),
        "contact": masked_contact(case.address_id) if may_see and case.address_id else "",
        "replies": list(case.replies.all()),
    }
