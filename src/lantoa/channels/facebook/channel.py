"""Facebook Pages, put together."""

from lantoa.channels.contract import Secrets, Settings
from lantoa.channels.placing import Placer, PublicChannel

from .capability import CAPABILITY
from .placer import FacebookPlacer
from .webhook import FacebookHook


def derive(title: str, text: str) -> tuple[str, str]:
    """Return the post: the title as its first line."""
    return "", f"{title}\n\n{text}".strip()


def connect(settings: Settings, secrets: Secrets) -> Placer:
    """Return a placer to the account's Page."""
    return FacebookPlacer(settings, secrets)


FACEBOOK = PublicChannel(
    capability=CAPABILITY,
    outlet_form="lantoa.channels.facebook.form.FacebookOutletForm",
    derive=derive,
    connect=connect,
    account_form="lantoa.channels.facebook.form.FacebookForm",
    hook=FacebookHook(),
)
