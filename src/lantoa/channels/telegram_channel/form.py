"""What a Telegram channel needs: a bot that may write there, and the channel's name."""

import re
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.channels.forms import AccountForm, SecretField
from lantoa.channels.telegram_channel.placer import DEFAULT_API

_TOKEN = re.compile(r"\d{3,20}:[0-9A-Za-z_-]{20,100}")


class TelegramChannelForm(AccountForm):
    """The bot's token."""

    needed: ClassVar[tuple[str, ...]] = ("bot_token",)

    bot_token = SecretField(label=_("Bot token"), help_text=_("From @BotFather: a number, a colon, then letters."))
    api_url = forms.URLField(label=_("Address for messages"), initial=DEFAULT_API, assume_scheme="https")

    def clean_bot_token(self) -> str:
        """A token has one shape; a broken one would be answered as a missing bot."""
        typed: str = self.cleaned_data["bot_token"].strip()
        if typed and not _TOKEN.fullmatch(typed):
            raise forms.ValidationError(_("This is no bot token. Copy it whole from @BotFather."))
        return typed


class TelegramChannelOutletForm(forms.Form):
    """Which channel; the bot must be one of its administrators."""

    chat_id = forms.RegexField(
        r"^(@[A-Za-z][0-9A-Za-z_]{3,31}|-100\d{5,15})$", label=_("Channel name or number"),
        help_text=_("Such as @tin_cua_tinh, or a number that begins with -100. Make the bot an administrator there."),
        error_messages={"invalid": _("Write it like @name, or as a number that begins with -100.")},
    )  # fmt: skip
