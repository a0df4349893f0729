"""The SOAP gateway, put together."""

from lantoa.channels.contract import Channel, Secrets, Settings, TokenKeeper, Transport
from lantoa.channels.sms.segments import count

from .capability import CAPABILITY
from .transport import ViettelTransport


def connect(settings: Settings, secrets: Secrets, keeper: TokenKeeper | None) -> Transport:
    """Return a transport to the account's gateway."""
    return ViettelTransport(settings, secrets)


VIETTEL = Channel(capability=CAPABILITY, connect=connect, form="lantoa.channels.viettel.form.ViettelForm", units=count)
