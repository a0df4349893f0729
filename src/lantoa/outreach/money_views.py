"""The pages on which a broadcast's budget and its share of a channel are changed."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now
from lantoa.outreach import services
from lantoa.outreach.chain_forms import BudgetForm, WeightForm
from lantoa.outreach.rules import RELEASE
from lantoa.outreach.views import attempt, own_broadcast, shown_page


@desk_view(RELEASE)
def broadcast_budget(request: StaffRequest, pk: int) -> HttpResponse:
    """What is spent and what the rest would cost; then another limit, or none."""
    page = shown_page(request, pk)
    form = BudgetForm(request.POST or None, purse=page.pacing.purse)
    if request.method == "POST" and form.is_valid():
        limit = form.cleaned_data["limit"]
        act = partial(services.set_budget, broadcast=page.row, limit=limit, by=request.user, at=page.at)
        words = (
            _("The budget is set. Let it run on when you are ready.") if page.pacing.held else _("The budget is set.")
        )
        if attempt(request, act, words):
            return redirect("outreach:broadcast", pk)
    return render(request, "outreach/budget.html", {"page": page, "row": page.row, "form": form})


@desk_view(RELEASE)
@require_POST
def broadcast_weight(request: StaffRequest, pk: int) -> HttpResponse:
    """Take more or less of the channels that others use too."""
    row, form = own_broadcast(request, pk), WeightForm(request.POST)
    weight = form.cleaned_data["weight"] if form.is_valid() else 0
    act = partial(services.set_weight, broadcast=row, weight=weight or 0, by=request.user, at=now())
    attempt(request, act, _("The share is changed; the next messages already follow it."))
    return redirect("outreach:broadcast", pk)
