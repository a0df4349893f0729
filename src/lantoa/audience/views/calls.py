"""Somebody calls and wants no more messages: found by the address they say, recorded while they are on the line."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from lantoa.audience.forms import CallForm
from lantoa.audience.rules import RECORD_CONSENT
from lantoa.audience.services import answer_call, withdraw_by_phone
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import local, now


@desk_view(RECORD_CONSENT)
def call(request: StaffRequest) -> HttpResponse:
    """Find who shares the address, then record their no; sent by POST, so that it stands in no address bar."""
    form = CallForm(request.POST or None, initial={"called_at": local(now())})
    found = None
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        found = answer_call(by=request.user, at=now(), channel=asked["channel"], value=asked["value"])
        if found and "record" in request.POST:
            people = [person for person, _name in found]
            ended = withdraw_by_phone(by=request.user, at=now(), people=people, **form.said())
            told = ngettext("On record: %(n)d consent ended.", "On record: %(n)d consents ended.", ended) % {"n": ended}
            messages.success(request, told)
            return redirect("audience:call")
    return render(request, "audience/call.html", {"form": form, "found": found})
