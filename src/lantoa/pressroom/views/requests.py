"""What the press asks, on the desk."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from lantoa.kernel.access import allowed
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now, today
from lantoa.kernel.errors import LantoaError
from lantoa.pressroom import rules
from lantoa.pressroom.enums import OPEN, REQUEST_MOVES, RequestHappening, RequestState
from lantoa.pressroom.forms.requests import AnswerForm, AssignForm, StepForm, WordsForm
from lantoa.pressroom.models import PressRequest
from lantoa.pressroom.presenting import REQUEST_CHIPS
from lantoa.pressroom.selectors import requests as reads
from lantoa.pressroom.services import requests as services
from lantoa.pressroom.serving import SANDBOX, serve_answer
from lantoa.territory.selectors import names_on

A_PAGE = 50
STEPS: dict[str, tuple[RequestHappening, Any, Any]] = {
    "tra-loi": (RequestHappening.ANSWERED, services.answer, _("Answered. The journalist is told by mail.")),
    "giao": (RequestHappening.ASSIGNED, services.assign, _("Assigned.")),
    "tu-choi": (RequestHappening.DECLINED, services.decline, _("Declined. The journalist reads your words.")),
    "ghi-chu": (RequestHappening.NOTED, services.note, _("Note kept.")),
}
"""What may be done: the happening, the verb, what is said afterwards."""
SHOWN = {
    "open": pgettext_lazy("press requests", "Waiting"), "late": pgettext_lazy("press requests", "Late"),
    "settled": pgettext_lazy("press requests", "Settled"),
}  # fmt: skip


@require_safe
@desk_view(rules.SEE_REQUESTS)
def request_list(request: StaffRequest) -> HttpResponse:
    """The requests: waiting, late, settled."""
    at, show = now(), request.GET.get("show", "open")
    page = Paginator(reads.requests(request.user, show=show, at=at), A_PAGE).get_page(request.GET.get("page"))
    names, n = names_on({one.unit_id for one in page}, today()), reads.tallies(request.user, at=at)
    rows = [(one, names.get(one.unit_id, ""), _late(one, at), *REQUEST_CHIPS[RequestState(one.state)]) for one in page]
    pills = [(key, label, n[key]) for key, label in SHOWN.items()]
    return render(request, "pressroom/requests.html", {"page": page, "rows": rows, "show": show, "shows": pills})


@require_safe
@desk_view(rules.SEE_REQUESTS)
def press_request(request: StaffRequest, number: str) -> HttpResponse:
    """One request: the question, its history, and the steps open to the reader."""
    return render(request, "pressroom/request.html", _context(request, _request(request, number)))


@require_POST
@desk_view(rules.ANSWER)
def act(request: StaffRequest, number: str, step: str) -> HttpResponse:
    """Take one step; a refused one keeps what was typed and says why."""
    row = _request(request, number)
    if step not in STEPS:
        raise Http404
    form = _form(request, row, step, request.POST, request.FILES)
    if form.is_valid():
        try:
            STEPS[step][1](request_id=row.pk, by=request.user, at=now(), **form.said())
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, str(STEPS[step][2]))
            return redirect("pressroom:request", row.number)
    return render(request, "pressroom/request.html", _context(request, row, {step: form}), status=422)


@require_safe
@csp_override(SANDBOX)
@desk_view(rules.SEE_REQUESTS)
def answer_file(request: StaffRequest, number: str, file_id: int) -> HttpResponseBase:
    """A file of an answer."""
    file = reads.answer_file(_request(request, number), file_id)
    if file is None:
        raise Http404
    return serve_answer(request, file)


def _request(request: StaffRequest, number: str) -> PressRequest:
    rows = PressRequest.objects.visible_to(request.user).select_related("journalist", "post__user")
    return get_object_or_404(rows, number=number)


def _late(row: PressRequest, at: Any) -> bool:
    return row.due_at < (row.settled_at or at)


def _form(request: StaffRequest, row: PressRequest, step: str, data: Any = None, files: Any = None) -> StepForm:
    if step == "giao":
        posts = reads.answerers(request.user, row, at=now())
        return AssignForm(data, posts=posts, auto_id="giao_%s", initial={"post_id": row.post_id})
    kind = AnswerForm if step == "tra-loi" else WordsForm
    return kind(data, files, auto_id=f"{step}_%s")


def _context(request: StaffRequest, row: PressRequest, bound: dict[str, StepForm] | None = None) -> dict[str, Any]:
    state, at = RequestState(row.state), now()
    may = reads.may_answer(request.user, row, at=at)
    offered = {
        step: (bound or {}).get(step) or _form(request, row, step)
        for step, (happening, _verb, _done) in STEPS.items()
        if may and happening in REQUEST_MOVES[state]
    }
    return {
        "row": row, "chip": REQUEST_CHIPS[state], "late": _late(row, at), "open": state in OPEN,
        "place": names_on({row.unit_id}, today()).get(row.unit_id, ""), "events": reads.history(row),
        "forms": offered, "may_admit": allowed(request.user, rules.ADMIT, unit_id=row.journalist.unit_id),
    }  # fmt: skip
