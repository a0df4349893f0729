"""What an eSMS-style gateway needs."""

from typing import Any, ClassVar

from django import forms
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from lantoa.channels.forms import AccountForm, PriceField, SecretField
from lantoa.channels.sms.transport import DEFAULT_URL


class SmsForm(AccountForm):
    """The gateway's keys and the brand name people see."""

    needed: ClassVar[tuple[str, ...]] = ("api_key", "secret_key")

    api_key = SecretField(label=_("API key"))
    secret_key = SecretField(label=_("Secret key"))
    brandname = forms.CharField(label=_("Brand name"), max_length=11)
    url = forms.URLField(label=_("Gateway address"), initial=DEFAULT_URL, assume_scheme="https")
    sms_type = forms.ChoiceField(label=_("Message type"), choices=[("2", _("Customer care")), ("8", _("Fixed number"))])
    cp_id = forms.CharField(
        label=_("Partner code of the short code (cpid)"), max_length=60, required=False,
        help_text=_("Only where people can write to us at a short code of the provider's."),
    )  # fmt: skip
    inbound_key = SecretField(label=_("Private key of the short code"))
    keyword = forms.RegexField(
        r"^[A-Za-z0-9]+$", label=_("First word of every text to the short code"), max_length=20, required=False,
        help_text=_("The keyword that a shared short code asks for; it is taken off before the text is read."),
    )  # fmt: skip
    price_per_unit = PriceField()
    connections = forms.IntegerField(label=_("Connections at once"), min_value=1, max_value=200, initial=50)
    sandbox = forms.BooleanField(label=_("Sandbox: the gateway sends nothing"), required=False)

    def values(self) -> dict[str, Any]:
        """Add the secret in the address that the gateway reports back to, made once."""
        found = super().values()
        if "callback_secret" not in self.held:
            found["secrets"]["callback_secret"] = get_random_string(40)
        return found
