"""What the portal needs to know of the installation's push account."""

from dataclasses import dataclass

from lantoa.channels.sealing import SealBrokenError
from lantoa.channels.selectors import accounts_for

from .capability import CAPABILITY
from .keys import public_key
from .subscription import allowed, hosts_of


@dataclass(frozen=True, slots=True)
class PushDoor:
    """The key browsers subscribe with, and the push services we post to."""

    key: str
    hosts: tuple[str, ...]

    def takes(self, endpoint: str) -> bool:
        """Tell whether a browser at this push service can be reached."""
        return allowed(endpoint, self.hosts)


def push_door() -> PushDoor | None:
    """Return the door of the account in use, the oldest should there be several; None when there is none."""
    account = accounts_for(CAPABILITY.kind).order_by("pk").first()
    if account is None:
        return None
    try:
        key = public_key(account.secrets().get("vapid_private", ""))
    except (SealBrokenError, ValueError):
        return None
    return PushDoor(key, hosts_of(account.settings.get("hosts")))
