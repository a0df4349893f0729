"""The desk's approval pages: what waits, what was sent, what was decided, and one text under review."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.approvals import selectors, services
from lantoa.approvals.forms import DecisionForm, RevocationForm
from lantoa.approvals.rules import SEE
from lantoa.approvals.showing import Review, queue_tabs
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.errors import LantoaError

A_PAGE = 30


@desk_view(SEE)
def waiting(request: StaffRequest) -> HttpResponse:
    """What waits for this person."""
    return _queue(request, "waiting", selectors.pending_for(request.user))


@desk_view(SEE)
def sent(request: StaffRequest) -> HttpResponse:
    """What this person wrote or sent."""
    return _queue(request, "sent", selectors.sent_by(request.user))


@desk_view(SEE)
def decided(request: StaffRequest) -> HttpResponse:
    """What has been decided in this person's units."""
    return _queue(request, "decided", selectors.decided_for(request.user))


def _queue(request: StaffRequest, which: str, rows: Any) -> HttpResponse:
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {"which": which, "page": page, "tabs": queue_tabs(request.user, which), "now": timezone.now()}
    return render(request, "approvals/queue.html", context)


@desk_view(SEE)
def review(request: StaffRequest, pk: int) -> HttpResponse:
    """One text under review: read it as it will go out, then decide."""
    submission = get_object_or_404(selectors.visible(request.user), pk=pk)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = partial(services.decide, submission_id=pk, approve=form.approves, note=form.cleaned_data["note"])
        words = _("Approved “%(label)s”.") if form.approves else _("Returned “%(label)s” to its author.")
        done = _attempt(request, act, words % {"label": submission.label})
        return redirect("approvals:waiting") if done else redirect("approvals:review", pk)
    return render(request, "approvals/review.html", {"review": Review.of(submission, request.user), "form": form})


@require_POST
@desk_view(SEE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Its author takes a text back."""
    get_object_or_404(selectors.visible(request.user), pk=pk)
    act = partial(services.withdraw, submission_id=pk)
    _attempt(request, act, _("Taken back. It can be changed and sent again."))
    return redirect("approvals:review", pk)


@desk_view(SEE)
def revoke(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an approval away, with a reason."""
    submission = get_object_or_404(selectors.visible(request.user).exclude(decision=None), pk=pk)
    form = RevocationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = partial(services.revoke, decision_id=submission.decision.pk, reason=form.cleaned_data["reason"])
        _attempt(request, act, _("Revoked. Nothing more goes out on this approval."))
        return redirect("approvals:review", pk)
    return render(request, "approvals/revoke.html", {"review": Review.of(submission, request.user), "form": form})


def _attempt(request: StaffRequest, act: Callable[..., object], words: str) -> bool:
    """Do it as this person, now, and tell them how it went."""
    try:
        act(by=request.user, at=timezone.now())
    except LantoaError as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, words)
    return True
