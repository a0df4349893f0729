"""The register of who and what is put forward to be followed, on the desk."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from lantoa.exemplars import forms, presenting, rules, selectors, services
from lantoa.exemplars.enums import MOVES, ExemplarHappening, ExemplarState
from lantoa.exemplars.models import Exemplar
from lantoa.kernel.access import allowed
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now, today
from lantoa.kernel.errors import LantoaError
from lantoa.newsroom.rules import WITHDRAW as MAY_TAKE_DOWN
from lantoa.territory.selectors import names_on

PAGE = 25


@dataclass(frozen=True, slots=True)
class Step:
    """What may be done by one form: the right, what it asks, the verb, what is said afterwards."""

    right: str
    form: type[forms.StepForm]
    verb: Callable[..., object]
    done: str | Promise


STEPS = {
    "note": Step(rules.PROPOSE, forms.NoteForm, services.add_note, _("Note kept.")),
    "verify": Step(rules.VERIFY, forms.VerifyForm, services.verify, _("Verified. Now an editor can tell of it.")),
    "draft": Step(rules.TELL, forms.DraftForm, services.make_draft,
                  _("The draft stands. Complete it, then send it for approval.")),
    "attach": Step(rules.TELL, forms.AttachForm, services.attach, _("Noted: this page tells it.")),
    "follow": Step(rules.PROPOSE, forms.FollowingForm, services.record_following, _("Counted.")),
    "decline": Step(rules.VERIFY, forms.DeclineForm, services.decline, _("Settled. Whoever put it forward reads why.")),
    "reopen": Step(rules.VERIFY, forms.StepForm, services.reopen, _("It is looked at once more.")),
    "withdraw": Step(rules.PROPOSE, forms.StepForm, services.withdraw, _("Taken back. Name and words are deleted.")),
    "take_down": Step(rules.TELL, forms.StepForm, services.take_down, _("The page is down.")),
}  # fmt: skip


@desk_view(rules.VIEW)
def exemplar_list(request: StaffRequest) -> HttpResponse:
    """Those put forward, by state, and how far the examples went."""
    form = forms.FilterForm(request.GET)
    query = form.cleaned_data.get("q", "") if form.is_valid() else ""
    show = request.GET.get("show", ExemplarState.PROPOSED)
    found = selectors.exemplars(request.user, show=show, query=query)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "jobs": presenting.as_jobs(page), "page": page, "form": form, "show": show, "query": query,
        "pills": presenting.pills(request.user, show, query), "reach": selectors.reach(request.user),
        "may_propose": allowed(request.user, rules.PROPOSE),
    }  # fmt: skip
    return render(request, "exemplars/list.html", context)


@desk_view(rules.PROPOSE)
def propose(request: StaffRequest) -> HttpResponse:
    """Put somebody or something forward; a refused form keeps what was typed."""
    form = forms.ProposalForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.propose(
                proposal=form.proposal(), submission_key=str(form.cleaned_data["key"]), by=request.user, at=now()
            )
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("Put forward. Somebody else goes there and verifies it."))
            return redirect("exemplars:exemplar", made.number)
    return render(request, "exemplars/propose.html", {"form": form}, status=422 if form.errors else 200)


@desk_view(rules.VIEW)
def exemplar_detail(request: StaffRequest, number: str) -> HttpResponse:
    """One of them: what was said, what happened, the steps open to the reader."""
    return render(request, "exemplars/exemplar.html", _context(request, _exemplar(request, number)))


@require_POST
@desk_view(rules.VIEW)
def act(request: StaffRequest, number: str, step: str) -> HttpResponse:
    """Take one step; a refused one keeps what was typed and says why."""
    if step not in STEPS:
        raise Http404
    exemplar, taken = _exemplar(request, number), STEPS[step]
    form = _form(request, step, exemplar, request.POST)
    if form.is_valid():
        try:
            taken.verb(exemplar_id=exemplar.pk, by=request.user, at=now(), **form.cleaned_data)
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, str(taken.done))
            return redirect("exemplars:exemplar", exemplar.number)
    return render(request, "exemplars/exemplar.html", _context(request, exemplar, {step: form}), status=422)


def _exemplar(request: StaffRequest, number: str) -> Exemplar:
    rows = Exemplar.objects.visible_to(request.user).select_related("page", "proposed_by")
    return get_object_or_404(rows, number=number)


def _form(request: StaffRequest, step: str, exemplar: Exemplar, given: Any = None) -> forms.StepForm:
    return STEPS[step].form(given, user=request.user, exemplar=exemplar, auto_id=f"{step}_%s")


def _offered(request: StaffRequest, exemplar: Exemplar) -> set[str]:
    """The steps open to this person now."""
    state, user = ExemplarState(exemplar.state), request.user
    may = {right: allowed(user, right, unit_id=exemplar.unit_id) for right in {one.right for one in STEPS.values()}}
    open_ = {name for name, one in STEPS.items() if may[one.right] and forms.HAPPENINGS[name] in MOVES[state]}
    live = exemplar.page is not None and exemplar.page.live
    if not live or not allowed(user, MAY_TAKE_DOWN, unit_id=exemplar.unit_id):
        open_ -= {"take_down"}
    if exemplar.page_id is not None:
        open_ -= {"draft", "attach"}
    if exemplar.proposed_by_id == user.pk:
        open_ -= {"verify"}
    if exemplar.emptied_at is not None:
        open_ -= {"reopen"}
    return open_


def _context(request: StaffRequest, exemplar: Exemplar, bound: dict[str, Any] | None = None) -> dict[str, Any]:
    bound, state = bound or {}, ExemplarState(exemplar.state)
    open_ = _offered(request, exemplar) | bound.keys()
    offered = {step: bound.get(step) or _form(request, step, exemplar) for step in STEPS if step in open_}
    offered = {step: form for step, form in offered.items() if form.has_choices}
    tone, icon = presenting.CHIPS[state]
    live = exemplar.page is not None and exemplar.page.live
    own = exemplar.proposed_by_id == request.user.pk
    return {
        "exemplar": exemplar, "title": presenting.title_of(exemplar), "tone": tone, "icon": icon, "offered": offered,
        "steps": presenting.steps(exemplar), "followed": presenting.followed(selectors.followings(exemplar)),
        "place": names_on([exemplar.unit_id], today()).get(exemplar.unit_id, ""), "live": live,
        "must_come_down": state == ExemplarState.WITHDRAWN and live,
        "waits_for_another": own and ExemplarHappening.VERIFIED in MOVES[state],
    }  # fmt: skip
