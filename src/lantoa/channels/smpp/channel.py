"""The SMPP channel, put together."""

from lantoa.channels.contract import Channel, Secrets, Settings, TokenKeeper, Transport
from lantoa.channels.sms.segments import count

from .capability import CAPABILITY
from .reader import SmppReader
from .transport import SmppTransport


def connect(settings: Settings, secrets: Secrets, keeper: TokenKeeper | None) -> Transport:
    """Return a transport to the account's centre."""
    return SmppTransport(settings, secrets)


SMPP = Channel(
    capability=CAPABILITY, connect=connect, form="lantoa.channels.smpp.form.SmppForm", ear=SmppReader(), units=count
)
