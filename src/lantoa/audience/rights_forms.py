"""What officers take down about requests and breaches."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lantoa.audience.addresses import BadAddressError, normalise
from lantoa.audience.enums import RIGHT_MOVES, CameBy, RightKind, RightState
from lantoa.audience.models import Person, RightsRequest
from lantoa.audience.rules import HANDLE_RIGHTS
from lantoa.audience.selectors import first_syllables
from lantoa.audience.selectors.rights import people_found
from lantoa.channels.registry import choices
from lantoa.kernel import clock
from lantoa.kernel.models import User
from lantoa.territory.choices import units_for

NO_NAMES: Final = _("No names, no phone numbers: this stays for ever.")


def _moment(label: Any, help_text: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input-short"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )


class RequestForm(forms.Form):
    """Somebody asks at the counter, by phone or by letter: who, found by a whole address, or where it is kept."""

    kind = forms.ChoiceField(label=_("What do they ask?"), choices=RightKind, widget=forms.RadioSelect)
    came_by = forms.ChoiceField(label=_("How did it come?"), widget=forms.RadioSelect)
    received_at = _moment(_("When did it come in?"), _("The days count from then."))
    unit = forms.TypedChoiceField(label=_("Which unit is it for?"), coerce=int)
    channel = forms.ChoiceField(label=_("They get messages by"), required=False, initial="sms")
    value = forms.CharField(
        label=_("Their whole address"),
        max_length=320,
        required=False,
        help_text=_("The whole number, e-mail or Zalo id they tell you. Empty when nobody is kept under one."),
    )
    person = forms.ChoiceField(label=_("Which of them?"), required=False, widget=forms.RadioSelect)
    description = forms.CharField(
        label=_("In a few words, and where it is written down"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=NO_NAMES,
    )
    third_party = forms.BooleanField(
        label=_("Somebody else who holds the data must stop too"), required=False, help_text=_("Gives more days.")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"received_at": clock.now(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.user = user
        self.found: Sequence[Person] = ()
        offered = {
            "came_by": [(one.value, one.label) for one in CameBy if one != CameBy.OWN_PAGE],
            "unit": units_for(user, HANDLE_RIGHTS),
            "channel": [(kind, label) for kind, label in choices() if kind != "portal"],
        }
        for name, options in offered.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]
        if self.data.get("value") and self.data.get("channel"):
            self._look(self.data["channel"], self.data["value"])

    def _look(self, channel: str, typed: str) -> None:
        try:
            self.found = people_found(self.user, channel, normalise(channel, typed))
        except (BadAddressError, KeyError):
            return  # said by `clean`
        syllables = first_syllables(self.found)
        options = [
            (one.public_id.hex, f"{syllables[one.pk] or _('without a name')} ({place})")
            for place, one in enumerate(self.found, 1)
        ]
        self.fields["person"].choices = options  # type: ignore[attr-defined]

    @property
    def must_choose(self) -> bool:
        """Whether several people share the address and one must be named."""
        return len(self.found) > 1

    def clean(self) -> dict[str, Any]:
        """An address finds one person, or the officer chooses; without one there is a description."""
        data: dict[str, Any] = super().clean() or {}
        if not data.get("value"):
            if "description" in data and not data["description"].strip():
                self.add_error("description", _("Without an address, say where the request is kept."))
            return data
        try:
            normalise(data.get("channel", ""), data["value"])
        except (BadAddressError, KeyError) as bad:
            self.add_error("value", str(bad))
            return data
        if not self.found:
            way_out = _("Nobody is kept under this address in your units. Check it, or leave it empty and describe.")
            self.add_error("value", way_out)
        elif self.must_choose and not data.get("person"):
            self.add_error("person", _("Several people share this address. Choose the one who asks."))
        return data

    def asked(self) -> dict[str, Any]:
        """What `services.open_request` needs; a found person brings their own unit."""
        said = self.cleaned_data
        chosen = next((one for one in self.found if one.public_id.hex == said["person"]), None)
        person = chosen or (self.found[0] if len(self.found) == 1 else None)
        return {
            "kind": said["kind"], "came_by": said["came_by"], "description": said["description"],
            "third_party": said["third_party"], "received_at": said["received_at"], "person": person,
            "unit_id": person.unit_id if person else said["unit"],
        }  # fmt: skip


class StepForm(forms.Form):
    """What was done about a request."""

    state = forms.ChoiceField(label=_("What was done?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What was said, or why"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=_("The person reads it on their own page. No names, no phone numbers: this stays for ever."),
    )

    LABELS: Final = {
        RightState.ANSWERED: _("Answered: told them how it goes on"),
        RightState.EXTENDED: _("More time is needed"),
        RightState.COMPLETED: _("Carried out"),
        RightState.REFUSED: _("Turned down"),
    }

    def __init__(self, *args: Any, request: RightsRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        onward = RIGHT_MOVES[RightState(request.state)]
        self.fields["state"].choices = [(s.value, label) for s, label in self.LABELS.items() if s in onward]  # type: ignore[attr-defined]
        if RightState.EXTENDED in onward:
            most = settings.LANTOA_RIGHTS_EXTENSION_DAYS
            self.fields["extra_days"] = forms.IntegerField(
                label=_("Days more"),
                required=False,
                min_value=1,
                max_value=most,
                help_text=_("Only when more time is needed: once, %(most)d at most.") % {"most": most},
                widget=forms.NumberInput(attrs={"class": "input-short"}),
            )


class BreachForm(forms.Form):
    """Data was lost, seen or changed by somebody who should not."""

    unit = forms.TypedChoiceField(label=_("Whose data is it?"), coerce=int)
    detected_at = _moment(_("When was it detected?"), _("The hours to notify the authority count from then."))
    what = forms.CharField(
        label=_("What happened?"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, help_text=NO_NAMES
    )
    people = forms.IntegerField(
        label=_("How many people?"),
        required=False,
        min_value=0,
        max_value=100_000_000,
        help_text=_("Empty: not known yet."),
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )
    harm = forms.CharField(
        label=_("What harm may it do, and what was done against it?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"detected_at": clock.now()}
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units_for(user, HANDLE_RIGHTS)  # type: ignore[attr-defined]


class NoticeForm(forms.Form):
    """The authority was notified."""

    notified_at = _moment(_("When was it notified?"))
    reference = forms.CharField(label=_("Number of the notice or of its receipt"), max_length=120)

    def moment(self) -> datetime:
        """When it was notified."""
        found: datetime = self.cleaned_data["notified_at"]
        return found


class NoNoticeForm(forms.Form):
    """Why the authority need not be notified."""

    reason = forms.CharField(
        label=_("Why is no notice due?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=_("It can harm neither security nor anybody's life, health, honour or property."),
    )
