"""What a Telegram bot needs."""

import re
from typing import Any, ClassVar

from django import forms
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from lantoa.channels.forms import AccountForm, SecretField
from lantoa.channels.telegram.transport import DEFAULT_API

_TOKEN = re.compile(r"\d{3,20}:[0-9A-Za-z_-]{20,100}")


class TelegramForm(AccountForm):
    """The bot's name and token; the webhook's secret is made here and never shown."""

    needed: ClassVar[tuple[str, ...]] = ("bot_token",)

    bot_token = SecretField(label=_("Bot token"), help_text=_("From @BotFather: a number, a colon, then letters."))
    bot_name = forms.RegexField(
        r"^@?[0-9A-Za-z_]{4,32}$", label=_("Bot name"),
        help_text=_("As people find it, such as lantoa_bot. It stands in the link by which people subscribe."),
        error_messages={"invalid": _("A bot's name has letters, digits and underscores only.")},
    )  # fmt: skip
    connections = forms.IntegerField(label=_("Connections at once"), min_value=1, max_value=100, initial=20)
    api_url = forms.URLField(label=_("Address for messages"), initial=DEFAULT_API, assume_scheme="https")

    def clean_bot_token(self) -> str:
        """A token has one shape; a broken one would be answered as a missing bot."""
        typed: str = self.cleaned_data["bot_token"].strip()
        if typed and not _TOKEN.fullmatch(typed):
            raise forms.ValidationError(_("This is no bot token. Copy it whole from @BotFather."))
        return typed

    def values(self) -> dict[str, Any]:
        """Add the secret by which updates prove themselves, made once."""
        found = super().values()
        found["settings"]["bot_name"] = found["settings"]["bot_name"].lstrip("@")
        if "webhook_secret" not in self.held:
            found["secrets"]["webhook_secret"] = get_random_string(48)
        return found
