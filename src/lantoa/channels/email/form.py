"""What an SMTP relay needs, and the mailbox where answers come in."""

from typing import Any

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
    bounce_address = forms.EmailField(
        label=_("Address for returned mails"), required=False,
        help_text=_("Left empty, they come to the mailbox below, or to the sender address."),
    )  # fmt: skip
    imap_host = forms.CharField(
        label=_("Mail server for incoming mail (IMAP)"), max_length=253, required=False,
        help_text=_("Left empty, answers and returned mails are not read."),
    )  # fmt: skip
    imap_port = forms.IntegerField(
        label=_("Port for incoming mail"), min_value=1, max_value=65535, required=False, initial=993
    )
    imap_security = forms.ChoiceField(
        label=_("Encryption for incoming mail"),
        required=False,
        choices=[
            ("tls", _("TLS, usually port 993")),
            ("starttls", _("STARTTLS, usually port 143")),
            ("none", _("None: only inside this building")),
        ],
    )
    imap_username = forms.CharField(label=_("User name of the mailbox"), max_length=254, required=False)
    imap_password = SecretField(label=_("Password of the mailbox"))
    imap_address = forms.EmailField(
        label=_("Address of the mailbox"), required=False, help_text=_("Answers to our mails are sent there.")
    )
    imap_mailbox = forms.CharField(label=_("Folder"), max_length=200, required=False, initial="INBOX")
    imap_since = forms.DateField(
        label=_("Read mails that arrived from this day on"), required=False,
        help_text=_("Left empty, everything in the folder is read."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )  # fmt: skip
    imap_plus = forms.BooleanField(
        label=_("The mailbox takes addresses with +"), required=False,
        help_text=_("Most do. Returned mails are then recognised however little they say."),
    )  # fmt: skip

    def clean_imap_since(self) -> str:
        """Keep the day as text, as settings are."""
        day = self.cleaned_data["imap_since"]
        return day.isoformat() if day else ""

    def clean(self) -> dict[str, Any] | None:
        """Ask for what a mailbox cannot be read without, once a server for it is named."""
        cleaned: dict[str, Any] | None = super().clean()
        if self.cleaned_data.get("imap_host"):
            needed = ["imap_username", "imap_address", *([] if "imap_password" in self.held else ["imap_password"])]
            for name in needed:
                if not self.cleaned_data.get(name) and name not in self.errors:
                    self.add_error(name, _("Needed to read the incoming mail."))
        return cleaned
