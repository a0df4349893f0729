"""What loudspeakers tell of themselves: whose key proves it, and when each was last seen."""

from datetime import datetime

from lantoa.channels.events import OutletSeen
from lantoa.channels.loudspeaker.devices import register_keys
from lantoa.channels.loudspeaker.protocol import Address
from lantoa.kernel import clock
from lantoa.kernel.events import subscribe
from lantoa.outlets.enums import Sighting
from lantoa.outlets.models import Outlet, OutletQuerySet
from lantoa.outlets.services import note_seen


def _named(account_id: int, commune: str, device: str) -> OutletQuerySet:
    """The outlets in use of an account whose device has this address; two with one address are nobody's."""
    address = {"settings__commune": commune, "settings__device": device}
    return Outlet.objects.filter(account=account_id, **address).in_use(clock.today())


def key_of(account_id: int, address: Address) -> str:
    """Return the public key of the device at this address of the account; "" for none, or where two claim it."""
    found = list(_named(account_id, address.commune, address.device).values_list("settings__device_key", flat=True)[:2])
    return str(found[0] or "") if len(found) == 1 else ""


@subscribe(OutletSeen)
def on_outlet_seen(event: OutletSeen) -> None:
    """Note that the place spoke, or that it left."""
    _province, commune, device = event.place.split("/")
    ids = list(_named(event.account_id, commune, device).values_list("pk", flat=True))
    state = Sighting.WORKING if event.online else Sighting.TROUBLE
    note_seen(outlet_ids=ids, at=datetime.fromisoformat(event.occurred_at), state=state)


def register() -> None:
    """Have the listener find device keys among the outlets."""
    register_keys(key_of)
