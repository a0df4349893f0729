"""Facebook Pages, put together."""

from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import Channel, Secrets, Settings, TokenKeeper, Transport
from lantoa.channels.placing import Placer, PublicChannel, TryOut

from .capability import ANSWERING, CAPABILITY
from .placer import FacebookPlacer
from .transport import FacebookTransport, in_public
from .webhook import FacebookHook


def derive(title: str, text: str) -> tuple[str, str]:
    """Return the post: the title as its first line."""
    return "", f"{title}\n\n{text}".strip()


def connect(settings: Settings, secrets: Secrets) -> Placer:
    """Return a placer to the account's Page."""
    return FacebookPlacer(settings, secrets)


def answer(settings: Settings, secrets: Secrets, keeper: TokenKeeper | None) -> Transport:
    """Return a transport that answers those who wrote to the account's Page."""
    return FacebookTransport(settings, secrets)


FORM = "lantoa.channels.facebook.form.FacebookForm"
FACEBOOK = PublicChannel(
    capability=CAPABILITY,
    outlet_form="lantoa.channels.facebook.form.FacebookOutletForm",
    derive=derive,
    connect=connect,
    try_out=TryOut(
        tells=_("We ask Facebook whose the token is and for the Page's newest post. Nothing is posted."),
        done=_("Connected: the token is this Page's, and its posts can be read. Only a post shows that it may write."),
    ),
    account_form=FORM,
    hook=FacebookHook(),
    answers=Channel(capability=ANSWERING, connect=answer, form=FORM, in_public=in_public),
)
