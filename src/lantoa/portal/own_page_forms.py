"""What people fill in on their own page: where to send its link, what to put right, what to ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.audience.addresses import BadAddressError, channel_that_proves, normalise
from lantoa.audience.enums import Language, RightKind
from lantoa.audience.selectors import Kept
from lantoa.kernel.clock import today
from lantoa.portal.forms import EMAIL, PHONE, CitizenForm, commune_choices
from lantoa.territory.selectors import children


class OwnPageForm(CitizenForm):
    """A phone or an e-mail; which of the two is plain from what was typed."""

    address = forms.CharField(
        label=_("Your phone or e-mail"),
        max_length=254,
        help_text=_("The one on which you get our messages. For example 0912 345 678 or ten@example.vn."),
        widget=forms.TextInput(attrs={"autocomplete": "on", "autocapitalize": "none"}),
        error_messages={"required": _("Type the phone or the e-mail on which you get our messages.")},
    )

    @property
    def channel(self) -> str:
        """The kind of address that was typed."""
        return "email" if "@" in self.cleaned_data.get("address", "") else "sms"

    def clean_address(self) -> str:
        """The address in its one written form."""
        typed: str = self.cleaned_data["address"]
        try:
            return normalise("email" if "@" in typed else "sms", typed)
        except BadAddressError as error:
            raise forms.ValidationError(str(error)) from None


class CorrectionForm(forms.Form):
    """What the person says is wrong about themself."""

    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=200,
        help_text=_("Empty: no name is kept."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Messages come in"), choices=Language, widget=forms.RadioSelect)
    unit = forms.ChoiceField(
        label=_("Your commune or ward"), error_messages={"required": _("Choose your commune or ward.")}
    )
    hamlet = forms.ChoiceField(label=_("Your hamlet"), required=False)

    def __init__(self, *args: Any, kept: Kept, **kwargs: Any) -> None:
        self.kept, person = kept, kept.person
        kwargs["initial"] = {
            "name": kept.name, "language": person.language, "unit": person.unit_id, "hamlet": person.hamlet_id,
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        communes = commune_choices(_("Choose"))
        if str(person.unit_id) not in dict(communes):
            communes.insert(1, (str(person.unit_id), kept.unit))
        self.fields["unit"].choices = communes  # type: ignore[attr-defined]
        hamlets = [(str(row.id), row.name) for row in children(person.unit_id, on=today())]
        if person.hamlet_id and str(person.hamlet_id) not in dict(hamlets):
            hamlets.insert(0, (str(person.hamlet_id), kept.hamlet))
        self.fields["hamlet"].choices = [("", _("Not said")), *hamlets]  # type: ignore[attr-defined]
        if not hamlets:
            del self.fields["hamlet"]

    def corrected(self) -> dict[str, Any]:
        """What `audience.services.correct_on_own_page` needs; another commune leaves the old hamlet behind."""
        said = self.cleaned_data
        unit_id, hamlet = int(said["unit"]), said.get("hamlet", "")
        same = unit_id == self.kept.person.unit_id
        return {
            "name": said["name"], "language": said["language"], "unit_id": unit_id,
            "hamlet_id": int(hamlet) if same and hamlet else None,
        }  # fmt: skip


class NewAddressForm(forms.Form):
    """Another address on the same channel."""

    value = forms.CharField(label=_("The new address"), max_length=254)

    def __init__(self, *args: Any, channel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel = channel
        if channel_that_proves(channel) == "sms":
            self.fields["value"].label, words = _("The new phone number"), PHONE
        else:
            words = EMAIL if channel == "email" else {}
        self.fields["value"].widget.attrs.update(words)

    def clean_value(self) -> str:
        """The address in its one written form."""
        try:
            return normalise(self.channel, self.cleaned_data["value"])
        except BadAddressError as error:
            raise forms.ValidationError(str(error)) from None


class AskForm(forms.Form):
    """What only an officer can do."""

    kind = forms.ChoiceField(
        label=_("What do you want?"),
        choices=[
            (RightKind.RESTRICT, _("Use my data for less")),
            (RightKind.OBJECT, _("I object to how my data is used")),
            (RightKind.CORRECT, _("Something else is wrong")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you want.")},
    )
    text = forms.CharField(
        label=_("In your own words"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Write what you want, a sentence is enough.")},
    )
