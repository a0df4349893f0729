"""The desk's list of what people searched for in vain, and the button that says what was written for it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now
from lantoa.search import selectors, services
from lantoa.search.forms import FillForm
from lantoa.search.rules import VIEW_MISSES


@desk_view(VIEW_MISSES)
def misses(request: StaffRequest) -> HttpResponse:
    """What several people looked for in vain, the most wanted first; what has been written for comes last."""
    return render(request, "search/misses.html", {"lines": [(one, FillForm.of(one)) for one in selectors.misses()]})


@require_POST
@desk_view(VIEW_MISSES)
def fill(request: StaffRequest) -> HttpResponse:
    """Take down which page was written for a query."""
    form = FillForm(request.POST)
    if form.is_valid():
        query, item = form.cleaned_data["query"], form.cleaned_data["title"]
        services.fill(query=query, item_id=item.pk, by=request.user, at=now())
        messages.success(request, _("From now on who searches for “%(query)s” finds this page.") % {"query": query})
        return redirect("search:misses")
    lines = [(one, form if one.query == form.data.get("query") else FillForm.of(one)) for one in selectors.misses()]
    return render(request, "search/misses.html", {"lines": lines}, status=422)
