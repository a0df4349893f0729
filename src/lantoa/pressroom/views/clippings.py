"""The desk of clippings."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.kernel.access import allowed, granted
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.pressroom import presenting, rules, selectors, services
from lantoa.pressroom.enums import Medium
from lantoa.pressroom.forms.clippings import ClippingForm, ListForm, StrikeForm
from lantoa.pressroom.lists import BroughtIn, bring_in
from lantoa.pressroom.models import Clipping

PAGE = 50


@desk_view(rules.OPEN_ROOM)
def clipping_list(request: StaffRequest) -> HttpResponse:
    """What the press told, newest first; whoever only answers the press goes on to what it asks."""
    if not allowed(request.user, rules.VIEW):
        return redirect("pressroom:requests")
    query, medium = request.GET.get("q", "")[:100], request.GET.get("loai", "")
    struck = request.GET.get("gach") == "1"
    known = medium if medium in Medium.values else ""
    found = selectors.clippings(request.user, query=query, medium=known, struck=struck)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "query": query, "medium": medium, "media": Medium.choices, "struck": struck,
               "may_enter": bool(granted(request.user, rules.ENTER)),
               "doors": presenting.doors(request.user)}  # fmt: skip
    return render(request, "pressroom/list.html", context)


@desk_view(rules.ENTER)
def enter(request: StaffRequest) -> HttpResponse:
    """Enter one piece."""
    form = ClippingForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            unit_id = form.cleaned_data["unit_id"]
            services.enter_clipping(unit_id=unit_id, facts=form.facts(), by=request.user, at=now())
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Entered. It counts in the reports of its day."))
            return redirect("pressroom:list")
    return render(request, "pressroom/enter.html", {"form": form}, status=422 if form.errors else 200)


@desk_view(rules.ENTER)
def bring_list(request: StaffRequest) -> HttpResponse:
    """Bring in a list, all of it or nothing."""
    form, done = ListForm(request.POST or None, request.FILES or None, user=request.user), None
    if request.method == "POST" and form.is_valid():
        done = _brought(request, form)
        if done is not None and not done.errors:
            words = ngettext("%(n)s piece came in.", "%(n)s pieces came in.", done.entered) % {"n": done.entered}
            messages.success(request, words)
            return redirect("pressroom:list")
    status = 422 if form.errors or done is not None else 200
    return render(request, "pressroom/bring.html", {"form": form, "done": done}, status=status)


def _brought(request: StaffRequest, form: ListForm) -> BroughtIn | None:
    file = form.cleaned_data["file"]
    try:
        return bring_in(
            unit_id=form.cleaned_data["unit_id"], content=file.read(), filename=file.name, by=request.user, at=now()
        )
    except LantoaError as refusal:
        form.add_error("file", str(refusal))
        return None


@desk_view(rules.ENTER)
def strike(request: StaffRequest, pk: int) -> HttpResponse:
    """Strike a wrong entry out, with the reason."""
    row = get_object_or_404(Clipping.objects.visible_to(request.user), pk=pk)
    form = StrikeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.strike_clipping(clipping_id=row.pk, why=form.cleaned_data["why"], by=request.user, at=now())
        messages.success(request, _("Struck out. It counts no more."))
        return redirect("pressroom:list")
    return render(request, "pressroom/strike.html", {"form": form, "row": row}, status=422 if form.errors else 200)
