"""What template messages need: the official account they go out for, and the register of approved templates."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantoa.channels.forms import AccountForm
from lantoa.channels.models import ChannelAccount
from lantoa.channels.wording import plain_words
from lantoa.channels.zbs.templates import BadTemplateError, read_register, register_of, stored, written_register
from lantoa.channels.zbs.transport import DEFAULT_API

EXAMPLE = "271001 | Thông báo chính sách | 300 | customer_name:30, content:200"


class ZbsForm(AccountForm):
    """No secret of its own: the token is the official account's."""

    needed: ClassVar[tuple[str, ...]] = ()

    oa = forms.ChoiceField(
        label=_("Official account"),
        help_text=_("Its token is used, and its webhook takes in the receipts. Set the Zalo account up first."),
        error_messages={"required": _("Choose the Zalo account it goes out for.")},
    )
    templates = forms.CharField(
        label=_("Approved templates"), max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6, "class": "figures", "spellcheck": "false", "placeholder": EXAMPLE}),
        help_text=_(
            "One a line: number | name | price in dong | parameter:longest value, … The longest value is that of the"
            " person's name too."
        ),
        error_messages={"required": _("Write at least one approved template.")},
    )  # fmt: skip
    connections = forms.IntegerField(label=_("Connections at once"), min_value=1, max_value=200, initial=20)
    api_url = forms.URLField(label=_("Address for messages"), initial=DEFAULT_API, assume_scheme="https")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = ChannelAccount.objects.filter(kind="zalo").order_by("name").values_list("slug", "name")
        self.fields["oa"].choices = [("", gettext("Choose")), *accounts]  # type: ignore[attr-defined]
        kept = list(register_of(self.instance.settings or {}).values())
        self.fields["templates"].initial = written_register(kept)

    def clean_oa(self) -> str:
        """One account for each official account: its receipts must find one home."""
        slug: str = self.cleaned_data["oa"]
        others = ChannelAccount.objects.filter(kind=self.instance.kind, settings__oa=slug)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(
                gettext("Another account sends for this official account already. Change that one.")
            )
        return slug

    def clean_templates(self) -> list[dict[str, Any]]:
        """The register as settings keep it."""
        try:
            found = stored(read_register(self.cleaned_data["templates"]))
        except BadTemplateError as bad:
            words = {"number": bad.line, "words": plain_words(bad.reason)}
            raise forms.ValidationError(gettext("Line %(number)d: %(words)s.") % words) from None
        if not found:
            raise forms.ValidationError(gettext("Write at least one approved template."))
        return found

    def values(self) -> dict[str, Any]:
        """Add the price of a unit: the dearest template's, so that no budget is overrun."""
        found = super().values()
        prices = [row["price"] for row in self.cleaned_data["templates"] if row["price"] is not None]
        if prices:
            found["settings"]["price_per_unit"] = max(prices)
        return found
