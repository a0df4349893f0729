"""What an SMTP relay needs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.channels.forms import AccountForm, SecretField


class EmailForm(AccountForm):
    """The relay, how to sign in there, and who the mail is from."""

    host = forms.CharField(label=_("Mail server"), max_length=253)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=587)
    security = forms.ChoiceField(
        label=_("Encryption"),
        choices=[
            ("starttls", _("STARTTLS, usually port 587")),
            ("tls", _("TLS, usually port 465")),
            ("none", _("None: only inside this building")),
        ],
    )
    username = forms.CharField(label=_("User name"), max_length=254, required=False)
    password = SecretField(label=_("Password"))
    sender = forms.EmailField(label=_("Sender address"))
    sender_name = forms.CharField(label=_("Sender name"), max_length=120)
    connections = forms.IntegerField(label=_("Connections at once"), min_value=1, max_value=100, initial=10)
