"""The template gateway, put together."""

from lantoa.channels.contract import Channel, Secrets, Settings, TokenKeeper, Transport
from lantoa.channels.sms.segments import count

from .capability import CAPABILITY
from .templates import faults, sample
from .transport import VnptTransport


def connect(settings: Settings, secrets: Secrets, keeper: TokenKeeper | None) -> Transport:
    """Return a transport to the account's gateway."""
    return VnptTransport(settings, secrets)


VNPT = Channel(
    capability=CAPABILITY, connect=connect, form="lantoa.channels.vnpt.form.VnptForm", units=count, faults=faults,
    sample=sample,
)  # fmt: skip
