"""What the template gateway needs."""

from typing import ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from lantoa.channels.forms import AccountForm, PriceField, SecretField
from lantoa.channels.vnpt.templates import BadTemplate, parse

_CODES = RegexValidator(
    r"^\s*-?[0-9]{1,6}(\s*,\s*-?[0-9]{1,6})*\s*$", _("Write codes with commas between them, such as 3, 31.")
)
_WRONG = {
    "no number": _("Line %(line)s: write the template's number and a colon in front of its text."),
    "twice": _("Line %(line)s: this template's number stands there twice."),
    "empty": _("Line %(line)s: the template has no text."),
    "gap": _("Line %(line)s: number the places {1}, {2}, {3} …; leave none out and use each once."),
}


class VnptForm(AccountForm):
    """The account at the gateway, its contract, and the templates registered there."""

    needed: ClassVar[tuple[str, ...]] = ("api_pass",)

    url = forms.URLField(label=_("Gateway address"), assume_scheme="https", help_text=_("As in the contract."))
    api_user = forms.CharField(label=_("API user name (APIUSER)"), max_length=60)
    api_pass = SecretField(label=_("API password (APIPASS)"))
    username = forms.CharField(label=_("User name (USERNAME)"), max_length=60)
    agent_id = forms.CharField(label=_("Agent (AGENTID)"), max_length=30)
    label_id = forms.CharField(label=_("Number of the brand name (LABELID)"), max_length=30)
    contract_id = forms.CharField(label=_("Contract (CONTRACTID)"), max_length=30)
    contract_type_id = forms.CharField(
        label=_("Type of contract (CONTRACTTYPEID)"), max_length=30, help_text=_("As in the contract.")
    )
    is_telco_sub = forms.CharField(label="ISTELCOSUB", max_length=4, initial="0", help_text=_("As in the contract."))
    templates = forms.CharField(
        label=_("Registered templates"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}), strip=False,
        help_text=_(
            "One to a line: number: text, with {1}, {2} … where the text changes. A line that begins with a space "
            "goes on from the one above. Messages of any other wording are refused."
        ),
    )  # fmt: skip
    price_per_unit = PriceField()
    rate_per_second = forms.IntegerField(
        label=_("Messages a second, at most"), min_value=1, max_value=10_000, initial=20,
        help_text=_("As in the contract; a long text counts once for each of its parts."),
    )  # fmt: skip
    connections = forms.IntegerField(label=_("Connections at once"), min_value=1, max_value=200, initial=20)
    data_coding_plain = forms.CharField(
        label=_("DATACODING of a text without marks"), max_length=4, initial="0", help_text=_("As in the contract.")
    )
    data_coding_unicode = forms.CharField(
        label=_("DATACODING of a text with marks"), max_length=4, initial="8", help_text=_("As in the contract.")
    )
    account_codes = forms.CharField(
        label=_("Codes that mean the account"), max_length=200, required=False, validators=[_CODES],
        help_text=_("Codes of the gateway for a wrong password or an empty balance: messages then wait."),
    )  # fmt: skip
    throttle_codes = forms.CharField(
        label=_("Codes that mean too fast"), max_length=200, required=False, validators=[_CODES]
    )

    def clean_templates(self) -> str:
        """Refuse a list with a line that is no template, and say which."""
        written: str = self.cleaned_data["templates"]
        try:
            found = parse(written)
        except BadTemplate as problem:
            raise forms.ValidationError(_WRONG[problem.words], params={"line": problem.line}) from problem
        if not found:
            raise forms.ValidationError(_WRONG["no number"], params={"line": 1})
        return written
