"""The Zalo channel, put together."""

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import AccountProblem, Channel, Secrets, Settings, TokenKeeper, Transport

from .capability import CAPABILITY
from .transport import ZaloTransport
from .webhook import ZaloHook


def connect(settings: Settings, secrets: Secrets, keeper: TokenKeeper | None) -> Transport:
    """Return a transport to the official account; raises AccountProblem without a token keeper."""
    if keeper is None:
        raise AccountProblem(_("there is no access token"))
    return ZaloTransport(settings, keeper)


ZALO = Channel(
    capability=CAPABILITY,
    connect=connect,
    form="lantoa.channels.zalo.form.ZaloForm",
    hook=ZaloHook(),
    keeper="lantoa.channels.zalo.tokens.ZaloTokenKeeper",
)
