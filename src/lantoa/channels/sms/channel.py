"""The SMS channel, put together."""

from lantoa.channels.contract import Channel, Secrets, Settings, TokenKeeper, Transport

from .capability import CAPABILITY
from .segments import count
from .transport import SmsTransport
from .webhook import SmsHook


def connect(settings: Settings, secrets: Secrets, keeper: TokenKeeper | None) -> Transport:
    """Return a transport to the account's gateway."""
    return SmsTransport(settings, secrets)


SMS = Channel(
    capability=CAPABILITY, connect=connect, form="lantoa.channels.sms.form.SmsForm", hook=SmsHook(), units=count
)
