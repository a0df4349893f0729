"""What is asked of a broker's account and of one station."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.channels.forms import AccountForm, SecretField

from .keys import is_public, new_private, public_of
from .protocol import PART
from .timetable import parse_quiet, parse_slots
from .voice import ACCENTS, EspeakVoice

PART_WORDS = _("Only letters without marks, digits, - and _, at most 40.")


class BrokerForm(AccountForm):
    """The MQTT broker of the province, and the key with which commands are signed, made once and never shown."""

    host = forms.CharField(label=_("Broker"), max_length=253)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=8883)
    security = forms.ChoiceField(
        label=_("Encryption"), choices=[("tls", _("TLS")), ("none", _("None: only inside this building"))]
    )
    ca = forms.CharField(
        label=_("Certificate of the authority (PEM)"), required=False, max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only where the broker's certificate was issued by an authority of your own."),
    )  # fmt: skip
    username = forms.CharField(label=_("User name"), max_length=120)
    password = SecretField(label=_("Password"))
    province = forms.CharField(label=_("Province in topics"), max_length=40, help_text=PART_WORDS)
    voice = forms.ChoiceField(
        label=_("Where nobody has recorded the words"),
        choices=[("", _("Wait for a recording")), ("espeak-ng", _("Speak them with espeak-ng"))],
        required=False,
    )
    accent = forms.ChoiceField(
        label=_("Accent of the voice"), required=False,
        choices=[(ACCENTS[0], _("Northern")), (ACCENTS[1], _("Central")), (ACCENTS[2], _("Southern"))],
    )  # fmt: skip
    public_key = forms.CharField(
        label=_("Public key for the devices"), required=False, disabled=True,
        help_text=_("Appears after saving. Enter it in every device: it proves that a command is ours."),
    )  # fmt: skip

    needed: ClassVar[tuple[str, ...]] = ("password",)

    def clean_province(self) -> str:
        """One level of a topic."""
        return _part(self.cleaned_data["province"])

    def clean_voice(self) -> str:
        """Only a voice that this machine has."""
        voice = str(self.cleaned_data["voice"])
        if voice and not EspeakVoice.available():
            raise forms.ValidationError(_("espeak-ng is not installed on this machine: apt-get install espeak-ng"))
        return voice

    def values(self) -> dict[str, Any]:
        """Add the signing key, made once, and show its public half among the settings."""
        found = super().values()
        if "signing_key" not in self.held:
            private = new_private()
            found["secrets"]["signing_key"] = private
            found["settings"]["public_key"] = public_of(private)
        return found


class StationForm(forms.Form):
    """One commune's station: its device, how loud it plays, and when."""

    without_device = forms.BooleanField(
        label=_("No device: people take a package and play it"), required=False,
        help_text=_("Then only the slots below matter."),
    )  # fmt: skip
    commune = forms.CharField(label=_("Commune in topics"), max_length=40, required=False, help_text=PART_WORDS)
    device = forms.CharField(label=_("Device"), max_length=40, required=False, help_text=PART_WORDS)
    device_key = forms.CharField(
        label=_("Public key of the device"), max_length=43, required=False,
        help_text=_("43 characters, as the device shows it. With it we know that an answer is the device's own."),
    )  # fmt: skip
    volume = forms.IntegerField(label=_("Volume, 0 to 100"), min_value=0, max_value=100, required=False, initial=70)
    slots = forms.CharField(
        label=_("Slots"), widget=forms.Textarea(attrs={"rows": 5}), max_length=2000,
        initial="HN 05:00-05:30\nHN 17:00-17:30",
        help_text=_(
            "One a line: T2-T6 05:00-05:30. Days: T2 to T7, CN, LV (working days), NN (days off), HN (every day); "
            "public holidays and swapped days are followed by LV and NN."
        ),
    )  # fmt: skip
    quiet = forms.CharField(
        label=_("Quiet hours"), required=False, max_length=20,
        help_text=_("For instance 21:30-04:30: only urgent messages are played then."),
    )  # fmt: skip

    def clean_slots(self) -> str:
        """Every line must be readable."""
        try:
            parse_slots(self.cleaned_data["slots"])
        except ValueError as error:
            wrong = _("This line cannot be read: “%(line)s”. Write it like: T2-T6 05:00-05:30")
            raise forms.ValidationError(wrong, params={"line": str(error)}) from error
        return str(self.cleaned_data["slots"]).strip()

    def clean_quiet(self) -> str:
        """Two times, or nothing."""
        quiet = str(self.cleaned_data["quiet"]).strip()
        try:
            if quiet:
                parse_quiet(quiet)
        except ValueError as error:
            raise forms.ValidationError(_("Write two times, like: 21:30-04:30")) from error
        return quiet

    def clean_commune(self) -> str:
        """One level of a topic."""
        return _part(self.cleaned_data["commune"])

    def clean_device(self) -> str:
        """One level of a topic."""
        return _part(self.cleaned_data["device"])

    def clean_device_key(self) -> str:
        """An Ed25519 public key."""
        key = str(self.cleaned_data["device_key"])
        if key and not is_public(key):
            raise forms.ValidationError(_("This is not a public key: copy the 43 characters that the device shows."))
        return key

    def clean(self) -> dict[str, Any]:
        """A station with a device needs all that reaches it."""
        data = super().clean() or {}
        if not data.get("without_device"):
            for name in ("commune", "device", "device_key"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Needed for a station with a device. Without one, tick “No device”."))
        return data


def _part(text: str) -> str:
    if text and not PART.fullmatch(text):
        raise forms.ValidationError(PART_WORDS)
    return text
