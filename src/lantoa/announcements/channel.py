"""Our own pages as a public channel, put together."""

from lantoa.announcements.placer import CAPABILITY, WebpagePlacer
from lantoa.channels.contract import Secrets, Settings
from lantoa.channels.placing import Placer, PublicChannel


def connect(settings: Settings, secrets: Secrets) -> Placer:
    """Return the placer; there is nothing to set."""
    return WebpagePlacer()


WEBPAGE = PublicChannel(
    capability=CAPABILITY, outlet_form="lantoa.announcements.forms.WebpageOutletForm", connect=connect
)
