"""Two records of one person: what joining them does, joining them, and taking them apart."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.audience import presenting
from lantoa.audience.models import Person, PersonMerge
from lantoa.audience.rules import MERGE_PEOPLE
from lantoa.audience.selectors import person_page
from lantoa.audience.selectors.merging import preview_merge
from lantoa.audience.services import look_up, merge_people, unmerge_people
from lantoa.kernel.access import allowed
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError


@desk_view(MERGE_PEOPLE)
def merge(request: StaffRequest, public_id: UUID, other_id: UUID) -> HttpResponse:
    """Say what joining the second record into the first would do, then do it."""
    keeper, other = _mine(request, public_id), _mine(request, other_id)
    if request.method == "POST":
        try:
            merge_people(by=request.user, at=now(), keeper=keeper, other=other)
        except LantoaError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The two records are one now. You can take them apart on this page."))
        return redirect("audience:person", public_id)
    look_up(by=request.user, at=now(), public_id=other_id)
    shown = preview_merge(request.user, keeper, other)
    facts = {"preview": shown, "moving": presenting.address_rows(shown.moving), "consents": presenting.taken(shown)}
    return render(request, "audience/merge.html", facts | {"staying": presenting.address_rows(shown.staying)})


@desk_view(MERGE_PEOPLE)
@require_POST
def unmerge(request: StaffRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Take two records apart again."""
    found = get_object_or_404(PersonMerge.objects.select_related("keeper", "other"), pk=pk, keeper__public_id=public_id)
    for person in (found.keeper, found.other):
        _mine(request, person.public_id)
    try:
        unmerge_people(by=request.user, at=now(), merge=found)
    except LantoaError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The records stand apart again, each with what it had."))
    return redirect("audience:person", public_id)


def _mine(request: StaffRequest, public_id: UUID) -> Person:
    try:
        person = person_page(request.user, public_id)
    except Person.DoesNotExist:
        raise Http404 from None
    if not allowed(request.user, MERGE_PEOPLE, unit_id=person.unit_id):
        raise Http404
    return person
