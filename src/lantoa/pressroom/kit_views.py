"""Kits on the desk: what is offered to the press, offer another, take one back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.kernel.access import granted
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.pressroom import kits, rules, selectors
from lantoa.pressroom.forms import KitForm
from lantoa.pressroom.models import Kit


@desk_view(rules.VIEW)
def kit_list(request: StaffRequest) -> HttpResponse:
    """Every kit, newest first."""
    page = Paginator(selectors.kits(request.user), 50).get_page(request.GET.get("page"))
    context = {"page": page, "may_offer": bool(granted(request.user, rules.OFFER))}
    return render(request, "pressroom/kits.html", context)


@desk_view(rules.OFFER)
def offer(request: StaffRequest) -> HttpResponse:
    """Offer a kit."""
    form = KitForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        said = {
            name: form.cleaned_data[key]
            for name, key in (("unit_id", "unit_id"), ("page_id", "page"), ("facts", "facts"))
        }
        try:
            kits.offer_kit(**said, contact=form.whom(), by=request.user, at=now())
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Offered. It stands on the portal's page for the press."))
            return redirect("pressroom:kits")
    return render(request, "pressroom/offer.html", {"form": form}, status=422 if form.errors else 200)


@desk_view(rules.OFFER)
@require_POST
def close(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a kit back."""
    kit = get_object_or_404(Kit.objects.visible_to(request.user), pk=pk)
    kits.close_kit(kit_id=kit.pk, by=request.user, at=now())
    messages.success(request, _("Taken back. Nobody gets it any more."))
    return redirect("pressroom:kits")
