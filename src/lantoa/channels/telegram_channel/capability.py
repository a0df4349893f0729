"""What a Telegram channel can do."""

from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import Idempotency, UnknownPolicy
from lantoa.channels.placing import Decree, Proof, PublicCapability

CAPABILITY = PublicCapability(
    kind="telegram_channel",
    label=_("Telegram channel"),
    outlet_label=_("Telegram channel"),
    decree=Decree.SOCIAL,
    proof=Proof.RECEIPT,
    fields=("text",),
    max_length=4096,
    idempotency=Idempotency.NONE,  # the Bot API knows no client key, and a bot cannot read what its channel shows
    urgent_unknown_policy=UnknownPolicy.LEAVE,  # a person who looks at the channel knows at once; a double stays
    network=True,
    account=True,
    recalls=True,
)
