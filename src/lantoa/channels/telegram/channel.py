"""The Telegram channel, put together."""

from lantoa.channels.contract import Channel, Secrets, Settings, TokenKeeper, Transport

from .capability import CAPABILITY
from .transport import TelegramTransport, announce, invite
from .webhook import TelegramHook


def connect(settings: Settings, secrets: Secrets, keeper: TokenKeeper | None) -> Transport:
    """Return a transport to the bot."""
    return TelegramTransport(settings, secrets)


TELEGRAM = Channel(
    capability=CAPABILITY,
    connect=connect,
    form="lantoa.channels.telegram.form.TelegramForm",
    hook=TelegramHook(),
    invite=invite,
    announce=announce,
)
