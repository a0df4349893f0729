"""What this room does later: read what providers sent."""

from django.utils import timezone

from lantoa.channels.events import InboundStored
from lantoa.channels.services import read_inbound
from lantoa.kernel.events import subscribe


@subscribe(InboundStored)
def read_stored_request(event: InboundStored) -> None:
    """Read one stored request and tell the rooms above; a second run finds nothing left to do."""
    read_inbound(inbound_id=event.inbound_id, at=timezone.now())
