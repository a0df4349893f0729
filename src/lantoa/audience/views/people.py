"""One person: found by an address they tell, shown masked, and done as they ask."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.audience import presenting
from lantoa.audience.enums import Means
from lantoa.audience.forms import CorrectAddressForm, FindPersonForm, WithdrawForm
from lantoa.audience.models import Address, Consent, Person
from lantoa.audience.rules import ERASE_PEOPLE, MERGE_PEOPLE, RECORD_CONSENT, VIEW_PEOPLE
from lantoa.audience.selectors import addresses_of, consent_history, find_people, name_of, person_page
from lantoa.audience.selectors.merging import last_merge_into, merge_of, same_person
from lantoa.audience.services import correct_on_behalf, erase_on_behalf, look_up, withdraw_on_behalf
from lantoa.kernel.access import allowed
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now, today
from lantoa.kernel.errors import LantoaError
from lantoa.territory.selectors import names_on


@desk_view(VIEW_PEOPLE)
def find(request: StaffRequest) -> HttpResponse:
    """Find a person by a whole address; sent by POST, so that it stands in no address bar and no log."""
    form, found = FindPersonForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        people = find_people(request.user, form.cleaned_data["channel"], form.cleaned_data["value"])
        if len(people) == 1:
            return redirect("audience:person", people[0].public_id)
        found = [(person, name_of(request.user, person)) for person in people]
    return render(request, "audience/find.html", {"form": form, "found": found})


@desk_view(VIEW_PEOPLE)
def person_view(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What is kept of a person and why, what they agreed to and when; that it was looked at is on record."""
    try:
        person = look_up(by=request.user, at=now(), public_id=public_id)
    except Person.DoesNotExist:
        raise Http404 from None
    return _shown(request, person, WithdrawForm(given=_given(person)))


@desk_view(RECORD_CONSENT)
@require_POST
def person_withdraw(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Record at the counter or by phone what the person no longer wants."""
    person = _mine(request, public_id)
    form = WithdrawForm(request.POST, given=_given(person))
    if not form.is_valid():
        return _shown(request, person, form)
    purpose, _colon, channel = form.cleaned_data["what"].partition(":")
    said = form.cleaned_data
    withdraw_on_behalf(by=request.user, at=now(), person=person, means=Means(said["means"]), note=said["note"],
                       purpose=purpose or None, channel=channel or None)  # fmt: skip
    messages.success(request, _("It is on record. From this moment nothing of it is sent any more."))
    return redirect("audience:person", public_id)


@desk_view(VIEW_PEOPLE)
def person_address(request: StaffRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Put a wrong address right."""
    person = _mine(request, public_id)
    address = get_object_or_404(Address, pk=pk, person=person, erased_at=None)
    form = CorrectAddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            correct_on_behalf(by=request.user, at=now(), address=address, typed=form.cleaned_data["value"])
            return redirect("audience:person", public_id)
        except LantoaError as refusal:
            form.add_error("value", str(refusal))
    shown = {"person": person, "form": form, "channel": presenting.channel_label(address.channel)}
    return render(request, "audience/address.html", shown)


@desk_view(ERASE_PEOPLE)
def person_erase(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Say what erasing does, then do it."""
    person = _mine(request, public_id)
    if request.method == "POST":
        erase_on_behalf(by=request.user, at=now(), person=person)
        messages.success(request, _("The person's data is gone. Past counts stay whole."))
        return redirect("audience:front")
    return render(request, "audience/erase.html", {"person": person, "name": name_of(request.user, person)})


def _mine(request: StaffRequest, public_id: UUID) -> Person:
    try:
        person = person_page(request.user, public_id)
    except Person.DoesNotExist:
        raise Http404 from None
    if person.erased_at:
        raise Http404
    return person


def _given(person: Person) -> list[tuple[str, str]]:
    given = Consent.objects.filter(person=person, given=True).order_by("purpose", "channel")
    return list(given.values_list("purpose", "channel"))


def _shown(request: StaffRequest, person: Person, form: WithdrawForm) -> HttpResponse:
    history = list(consent_history(request.user, person))
    names = names_on([pk for pk in (person.unit_id, person.hamlet_id) if pk], today())
    shown = {
        "person": person,
        "name": name_of(request.user, person),
        "facts": presenting.person_facts(person, names),
        "addresses": presenting.address_rows(addresses_of(request.user, person)),
        "consents": presenting.consent_rows(Consent.objects.filter(person=person).order_by("purpose", "channel")),
        "history": presenting.history_steps(history),
        "wordings": presenting.wording_rows(history),
        "form": form if _may_record(request, person) else None,
        **_twins(request, person),
        "may_erase": allowed(request.user, ERASE_PEOPLE, unit_id=person.unit_id) and not person.erased_at,
    }
    return render(request, "audience/person.html", shown)


def _may_record(request: StaffRequest, person: Person) -> bool:
    """Whether there is something to withdraw here, and the right to; a joined record speaks through the other one."""
    may = allowed(request.user, RECORD_CONSENT, unit_id=person.unit_id)
    return may and bool(_given(person)) and merge_of(person) is None


def _twins(request: StaffRequest, person: Person) -> dict[str, object]:
    """Who may be the same person, and with which records this one was joined."""
    joined = merge_of(person)
    may = allowed(request.user, MERGE_PEOPLE, unit_id=person.unit_id) and not person.erased_at
    alike = same_person(request.user, person) if may and not joined else []
    return {
        "joined": joined,
        "last_merge": last_merge_into(person) if may and not joined else None,
        "alike": [(one, name_of(request.user, one)) for one in alike],
    }
