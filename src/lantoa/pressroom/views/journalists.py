"""Journalists on the desk: who asks to be registered, and the decision."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.pressroom import rules
from lantoa.pressroom.enums import JOURNALIST_MOVES, JournalistHappening, JournalistState
from lantoa.pressroom.forms.journalists import AcceptForm, WhyForm
from lantoa.pressroom.models import Journalist
from lantoa.pressroom.presenting import JOURNALIST_CHIPS
from lantoa.pressroom.selectors import journalists as reads
from lantoa.pressroom.services import journalists as services

A_PAGE = 50
STEPS: dict[str, tuple[JournalistHappening, type[forms.Form], Callable[..., object], Any]] = {
    "nhan": (JournalistHappening.ACCEPTED, AcceptForm, services.accept, _("Registered. They are told by mail.")),
    "tu-choi": (JournalistHappening.REFUSED, WhyForm, services.refuse, _("Not registered. They read your words.")),
    "ket-thuc": (JournalistHappening.ENDED, WhyForm, services.end_access,
                 _("Ended at once, on every device. They read your words.")),
}  # fmt: skip
"""What may be decided: the happening, what the form asks, the verb, what is said afterwards."""


@require_safe
@desk_view(rules.ADMIT)
def journalist_list(request: StaffRequest) -> HttpResponse:
    """The registrations, by state."""
    show = request.GET.get("show", JournalistState.WAITING)
    page = Paginator(reads.journalists(request.user, show=show), A_PAGE).get_page(request.GET.get("page"))
    rows = [(one, *JOURNALIST_CHIPS[JournalistState(one.state)]) for one in page]
    context = {"page": page, "rows": rows, "show": show, "states": JournalistState.choices}
    return render(request, "pressroom/journalists.html", context)


@require_safe
@desk_view(rules.ADMIT)
def journalist(request: StaffRequest, pk: int) -> HttpResponse:
    """One registration; that it was read is left on record."""
    row = _journalist(request, pk)
    services.read_details(journalist=row, by=request.user, at=now())
    return render(request, "pressroom/journalist.html", _context(row))


@require_POST
@desk_view(rules.ADMIT)
def decide(request: StaffRequest, pk: int, step: str) -> HttpResponse:
    """Accept, refuse or end."""
    if step not in STEPS:
        raise Http404
    row, (_happening, kind, verb, done) = _journalist(request, pk), STEPS[step]
    form = kind(request.POST, auto_id=f"{step}_%s")
    if form.is_valid():
        try:
            verb(journalist_id=row.pk, by=request.user, at=now(), **form.cleaned_data)
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, str(done))
            return redirect("pressroom:journalist", row.pk)
    return render(request, "pressroom/journalist.html", _context(row, {step: form}), status=422)


def _journalist(request: StaffRequest, pk: int) -> Journalist:
    return get_object_or_404(Journalist.objects.visible_to(request.user), pk=pk)


def _context(row: Journalist, bound: dict[str, forms.Form] | None = None) -> dict[str, Any]:
    state = JournalistState(row.state)
    forms_open = {
        step: (bound or {}).get(step) or kind(auto_id=f"{step}_%s")
        for step, (happening, kind, _verb, _done) in STEPS.items()
        if happening in JOURNALIST_MOVES[state]
    }
    return {
        "row": row, "told": reads.details_of(row), "mail": reads.address_shown(row), "chip": JOURNALIST_CHIPS[state],
        "events": row.events.select_related("by"), "forms": forms_open,
    }  # fmt: skip
