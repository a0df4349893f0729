"""Telegram channels, put together."""

from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import Secrets, Settings
from lantoa.channels.deriving import whole_sentences
from lantoa.channels.placing import Placer, PublicChannel, TryOut

from .capability import CAPABILITY
from .placer import TelegramChannelPlacer


def derive(title: str, text: str) -> tuple[str, str]:
    """Return the post: the title as its first line, and the sentences that fit."""
    return "", whole_sentences(f"{title}\n\n{text}".strip(), CAPABILITY.max_length or len(text))


def connect(settings: Settings, secrets: Secrets) -> Placer:
    """Return a placer that writes as the account's bot."""
    return TelegramChannelPlacer(settings, secrets)


TELEGRAM_CHANNEL = PublicChannel(
    capability=CAPABILITY,
    outlet_form="lantoa.channels.telegram_channel.form.TelegramChannelOutletForm",
    derive=derive,
    connect=connect,
    try_out=TryOut(
        tells=_("We ask Telegram who the bot is and whether it may post in the channel. Nothing is posted."),
        done=_("Connected: the bot may post in this channel."),
        asks=_("Channel name or number"),
        hint=_("Such as @tin_cua_tinh, or a number that begins with -100."),
    ),
    account_form="lantoa.channels.telegram_channel.form.TelegramChannelForm",
)
