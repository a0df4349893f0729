"""The e-mail channel, put together."""

from lantoa.channels.contract import Channel, Secrets, Settings, TokenKeeper, Transport

from .capability import CAPABILITY
from .imap import ImapCollector
from .transport import EmailTransport


def connect(settings: Settings, secrets: Secrets, keeper: TokenKeeper | None) -> Transport:
    """Return a transport to the account's relay."""
    return EmailTransport(settings, secrets)


EMAIL = Channel(
    capability=CAPABILITY,
    connect=connect,
    form="lantoa.channels.email.form.EmailForm",
    collector=ImapCollector(),
)
