"""What a loudspeaker can do."""

from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import Idempotency
from lantoa.channels.placing import Decree, Proof, PublicCapability

CAPABILITY = PublicCapability(
    kind="loudspeaker",
    label=_("Commune radio and loudspeakers"),
    outlet_label=_("radio station"),
    decree=Decree.STATION,
    proof=Proof.RECEIPT,
    fields=("subject", "text"),
    icon="loudspeaker",
    idempotency=Idempotency.KEY,  # a device drops a msg_id it knows
    network=True,
    account=True,
    recalls=True,
    recorded=True,
)
