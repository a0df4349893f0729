"""What a leaflet can do."""

from django.utils.translation import gettext_lazy as _

from lantoa.channels.placing import Decree, Proof, PublicCapability

CAPABILITY = PublicCapability(
    kind="leaflet",
    label=_("Leaflets"),
    outlet_label=_("place where leaflets are handed out"),
    decree=Decree.LEAFLET,
    proof=Proof.COUNT,
    fields=("subject", "text"),
    max_length=2400,  # an A5 sheet, both sides
    icon="document",
    counted=_("copies"),
)
