"""What a notice board can do."""

from django.utils.translation import gettext_lazy as _

from lantoa.channels.placing import Decree, Proof, PublicCapability

CAPABILITY = PublicCapability(
    kind="board",
    label=_("Notice boards"),
    outlet_label=_("notice board"),
    decree=Decree.BOARD,
    proof=Proof.PHOTO,
    fields=("subject", "text"),
    max_length=1200,  # one A4 sheet in 16 point type, read from an arm's length
    icon="pin",
)
