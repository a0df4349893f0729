"""What the SOAP gateway needs."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.channels.forms import AccountForm, PriceField, SecretField


class ViettelForm(AccountForm):
    """The account at the gateway and the brand name people see."""

    needed: ClassVar[tuple[str, ...]] = ("password",)

    url = forms.URLField(
        label=_("Gateway address"), assume_scheme="https", help_text=_("From the contract, without “?wsdl”.")
    )
    user = forms.CharField(label=_("User name"), max_length=60)
    password = SecretField(label=_("Password"))
    cp_code = forms.CharField(label=_("Partner code (CPCode)"), max_length=60)
    brandname = forms.CharField(label=_("Brand name"), max_length=11)
    price_per_unit = PriceField()
    rate_per_second = forms.IntegerField(
        label=_("Messages a second, at most"), min_value=1, max_value=10_000, initial=20,
        help_text=_("As in the contract; a long text counts once for each of its parts."),
    )  # fmt: skip
    connections = forms.IntegerField(label=_("Connections at once"), min_value=1, max_value=200, initial=20)
    content_type_plain = forms.CharField(
        label=_("ContentType of a text without marks"), max_length=4, initial="0", help_text=_("As in the contract.")
    )
    content_type_unicode = forms.CharField(
        label=_("ContentType of a text with marks"), max_length=4, initial="1", help_text=_("As in the contract.")
    )
    account_words = forms.CharField(
        label=_("Words that mean the account"), max_length=300, required=False,
        help_text=_(
            "The gateway refuses in words. Enter those that speak of the account, such as a wrong password or an "
            "empty balance, with commas between them: messages then wait."
        ),
    )  # fmt: skip
