"""What a Facebook Page needs: the account's token and secrets, and how people find the Page."""

from typing import Any, ClassVar

from django import forms
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from lantoa.channels.facebook.graph import DEFAULT_HOST, DEFAULT_VERSION
from lantoa.channels.facebook.webhook import FacebookHook
from lantoa.channels.forms import AccountForm, SecretField


class FacebookForm(AccountForm):
    """The Page, its token, and the secrets that prove what Facebook tells us."""

    needed: ClassVar[tuple[str, ...]] = ("page_token",)

    page_id = forms.RegexField(
        r"^\d{1,32}$", label=_("Page ID"), help_text=_("A number, on the Page under “About”."),
        error_messages={"invalid": _("A Page ID has digits only.")},
    )  # fmt: skip
    page_token = SecretField(
        label=_("Page access token"),
        help_text=_(
            "A long-lived one with the right pages_manage_posts; pages_manage_engagement to answer comments, "
            "pages_messaging to answer messages."
        ),
    )
    app_secret = SecretField(
        label=_("App secret"),
        help_text=_(
            "Proves what Facebook tells us of comments and messages. Without it the webhook refuses everything."
        ),
    )
    verify_token = SecretField(
        label=_("Verify token of the webhook"),
        help_text=_("Enter the same at Facebook. Left empty, one is made that nobody knows."),
    )
    version = forms.RegexField(
        r"^v\d{1,3}\.\d{1,2}$", label=_("Version of the Graph API"), initial=DEFAULT_VERSION,
        error_messages={"invalid": _("Write it like v26.0.")},
    )  # fmt: skip
    match_hours = forms.IntegerField(
        label=_("Hours in which the same text counts as the same post"), min_value=1, max_value=720, initial=72,
        help_text=_("Asked only when it is unclear whether Facebook took a post or an answer."),
    )  # fmt: skip
    human_agent = forms.BooleanField(
        label=_("Facebook lets us answer messages up to seven days later (Human Agent)"), required=False,
        help_text=_("Without it, a message can be answered within 24 hours only."),
    )  # fmt: skip
    file_hosts = forms.CharField(
        label=_("Servers from which pictures and files are fetched"), max_length=500, required=False,
        initial=FacebookHook.file_hosts,
        help_text=_("Names with commas between; a dot in front takes every name below. Left empty, Facebook's own."),
    )  # fmt: skip
    api_url = forms.URLField(label=_("Address for posts"), initial=DEFAULT_HOST, assume_scheme="https")

    def values(self) -> dict[str, Any]:
        """Make a verify token where nobody entered one, so that the handshake never passes without."""
        found = super().values()
        if "verify_token" not in self.held and not found["secrets"].get("verify_token"):
            found["secrets"]["verify_token"] = get_random_string(32)
        return found


class FacebookOutletForm(forms.Form):
    """Where people find the Page."""

    url = forms.URLField(label=_("Address of the Page"), max_length=300, required=False, assume_scheme="https")
