"""What a printed bulletin can do."""

from django.utils.translation import gettext_lazy as _

from lantoa.channels.placing import Decree, Proof, PublicCapability

CAPABILITY = PublicCapability(
    kind="bulletin",
    label=_("Printed bulletins"),
    outlet_label=_("bulletin"),
    decree=Decree.BULLETIN,
    proof=Proof.COUNT,
    fields=("subject", "text"),
    icon="book",
    counted=_("copies"),
)
