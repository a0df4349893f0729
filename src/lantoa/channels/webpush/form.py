"""What web push needs: an address where push services can reach the people behind it. The keys are made here."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.channels.forms import AccountForm
from lantoa.channels.webpush.keys import new_private_key
from lantoa.channels.webpush.subscription import PUSH_HOSTS
from lantoa.channels.webpush.transport import TTL

URGENCY = [
    ("low", _("Low: the telephone may wait for power or Wi-Fi")),
    ("normal", _("Normal")),
    ("high", _("High: wakes the telephone")),
]


class WebPushForm(AccountForm):
    """Nothing of a provider's: no contract, no password."""

    needed: ClassVar[tuple[str, ...]] = ()

    contact = forms.RegexField(
        r"^(mailto:[^@\s]+@[^@\s]+|https://\S+)$", label=_("Contact for push services"), max_length=200,
        help_text=_("They write there when something is wrong: mailto:ten@example.vn or an https address."),
        error_messages={"invalid": _("Begin with mailto: or https://.")},
    )  # fmt: skip
    ttl = forms.IntegerField(
        label=_("Seconds a message waits for a device that is off"), min_value=60, max_value=28 * 86400, initial=TTL
    )
    urgency = forms.ChoiceField(label=_("Urgency"), choices=URGENCY, initial="normal")
    hosts = forms.CharField(
        label=_("Push services"), required=False, widget=forms.Textarea(attrs={"rows": 5}), max_length=2000,
        initial="\n".join(PUSH_HOSTS), help_text=_("One a line. Nothing is sent to any other address."),
    )  # fmt: skip
    connections = forms.IntegerField(label=_("Connections at once"), min_value=1, max_value=200, initial=50)

    def values(self) -> dict[str, Any]:
        """Add our key pair, made once: a new one would end every subscription."""
        found = super().values()
        if "vapid_private" not in self.held:
            found["secrets"]["vapid_private"] = new_private_key()
        return found
