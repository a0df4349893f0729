"""Web push, put together."""

from lantoa.channels.contract import Channel, Secrets, Settings, TokenKeeper, Transport

from .capability import CAPABILITY
from .transport import WebPushTransport


def connect(settings: Settings, secrets: Secrets, keeper: TokenKeeper | None) -> Transport:
    """Return a transport to the browsers of those who subscribed."""
    return WebPushTransport(settings, secrets)


WEBPUSH = Channel(capability=CAPABILITY, connect=connect, form="lantoa.channels.webpush.form.WebPushForm")
