"""Facebook Pages, put together."""

from lantoa.channels.contract import Channel, Secrets, Settings, TokenKeeper, Transport
from lantoa.channels.placing import Placer, PublicChannel

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
    account_form=FORM,
    hook=FacebookHook(),
    answers=Channel(capability=ANSWERING, connect=answer, form=FORM, in_public=in_public),
)
