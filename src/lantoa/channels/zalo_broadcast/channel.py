"""Zalo articles to followers, put together."""

from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import Secrets, Settings
from lantoa.channels.deriving import whole_sentences
from lantoa.channels.placing import Placer, PublicChannel, TryOut
from lantoa.channels.zalo.sharing import NamedTokenKeeper

from .capability import CAPABILITY, TITLE
from .placer import ZaloBroadcastPlacer


def derive(title: str, text: str) -> tuple[str, str]:
    """Return the article: a title that fits, and the text."""
    return whole_sentences(title, TITLE), text


def connect(settings: Settings, secrets: Secrets) -> Placer:
    """Return a placer for the official account that the settings name; it shares that account's token."""
    return ZaloBroadcastPlacer(settings, NamedTokenKeeper(str(settings.get("oa", ""))))


ZALO_BROADCAST = PublicChannel(
    capability=CAPABILITY,
    outlet_form="lantoa.channels.zalo_broadcast.form.ZaloBroadcastOutletForm",
    derive=derive,
    connect=connect,
    try_out=TryOut(
        tells=_("We ask Zalo about the official account with its token. No article is made and nothing is sent."),
        done=_("Connected: Zalo takes the account's token. Only a broadcast shows that it may send one."),
    ),
    account_form="lantoa.channels.zalo_broadcast.form.ZaloBroadcastForm",
)
