"""What the hand-off to the press can do."""

from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import Idempotency, UnknownPolicy
from lantoa.channels.placing import Decree, Proof, PublicCapability

CAPABILITY = PublicCapability(
    kind="press",
    label=_("Press"),
    outlet_label=_("newsroom"),
    decree=Decree.PRESS,
    proof=Proof.WORD,  # the relay took the mail; that the desk has it, or printed it, only people can say
    fields=("subject", "text"),
    icon="mail",
    idempotency=Idempotency.NONE,  # after DATA nobody can be asked; the Message-ID lets a mailbox fold a double
    urgent_unknown_policy=UnknownPolicy.RESEND,  # a desk that gets a kit twice loses nothing
    network=True,
    handed_over=True,
    account=True,
)
