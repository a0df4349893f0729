"""What an SMSC needs."""

from typing import ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from lantoa.channels.forms import AccountForm, PriceField, SecretField
from lantoa.channels.smpp.capability import CAPABILITY
from lantoa.channels.smpp.transport import trust

_CODES = RegexValidator(
    r"^\s*(0[xX][0-9a-fA-F]{1,8}|[0-9]{1,10})(\s*,\s*(0[xX][0-9a-fA-F]{1,8}|[0-9]{1,10}))*\s*$",
    _("Write codes with commas between them, such as 0x404, 1025."),
)
_PLAIN = RegexValidator(r"^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$", _("Only letters without marks, digits and signs."))


class SmppForm(AccountForm):
    """The centre's address, our name there, and what its contract leaves open."""

    needed: ClassVar[tuple[str, ...]] = ("password",)

    host = forms.CharField(label=_("Address of the message centre"), max_length=253)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=2775)
    tls = forms.BooleanField(label=_("Encrypted connection (TLS)"), required=False)
    ca = forms.CharField(
        label=_("Certificate of the centre's issuer (PEM)"), max_length=20_000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only for TLS with a certificate of the operator's own; empty: one that every browser knows."),
    )  # fmt: skip
    system_id = forms.CharField(label=_("User name (system_id)"), max_length=15, validators=[_PLAIN])
    password = SecretField(label=_("Password"), max_length=8, validators=[_PLAIN])
    system_type = forms.CharField(
        label=_("Type of system (system_type)"), max_length=12, required=False, validators=[_PLAIN]
    )
    brandname = forms.CharField(label=_("Brand name"), max_length=11, validators=[_PLAIN])
    price_per_unit = PriceField()
    rate_per_second = forms.IntegerField(
        label=_("Messages a second, at most"), min_value=1, max_value=10_000, initial=20,
        help_text=_("As in the contract; a long text counts once for each of its parts."),
    )  # fmt: skip
    window = forms.IntegerField(
        label=_("Messages on their way at once (window)"), min_value=1, max_value=CAPABILITY.concurrency, initial=10
    )
    keepalive = forms.IntegerField(
        label=_("Seconds of silence before we ask whether the centre is there"), min_value=5, max_value=600, initial=30
    )
    alphabet = forms.ChoiceField(
        label=_("The centre's default alphabet"), choices=[("gsm", "GSM 03.38"), ("ascii", "ASCII")]
    )
    long_texts = forms.ChoiceField(
        label=_("Long texts"),
        choices=[("udh", _("in parts that we number")), ("payload", _("whole, the centre cuts them"))],
    )
    receipt_ids = forms.ChoiceField(
        label=_("Message numbers in receipts"),
        choices=[("same", _("as in the answer")), ("decimal", _("decimal, in the answer hexadecimal"))],
    )
    account_codes = forms.CharField(
        label=_("Codes that mean the account"), max_length=200, required=False, validators=[_CODES],
        help_text=_("Codes of this centre's own, such as those for an empty balance: messages then wait."),
    )  # fmt: skip
    throttle_codes = forms.CharField(
        label=_("Codes that mean too fast"), max_length=200, required=False, validators=[_CODES],
        help_text=_("Codes of this centre's own; 0x14 and 0x58 are known."),
    )  # fmt: skip

    def clean_ca(self) -> str:
        """Refuse what is no certificate."""
        written: str = self.cleaned_data["ca"]
        try:
            trust(written)
        except ValueError as problem:
            raise forms.ValidationError(
                _("This is no certificate. Paste all of it, from “-----BEGIN CERTIFICATE-----” to the end.")
            ) from problem
        return written
