"""What a propagandist can do."""

from django.utils.translation import gettext_lazy as _

from lantoa.channels.placing import Decree, Proof, PublicCapability

CAPABILITY = PublicCapability(
    kind="propagandist",
    label=_("Propagandists"),
    outlet_label=_("propagandist's post"),
    decree=Decree.PROPAGANDIST,
    proof=Proof.WORD,
    fields=("subject", "text"),
    max_length=6000,
    icon="chat",
    counted=_("households talked to"),
)
