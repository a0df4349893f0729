"""What a Facebook Page can do."""

from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import AddressKind, Capability, Idempotency
from lantoa.channels.placing import Decree, Proof, PublicCapability

CAPABILITY = PublicCapability(
    kind="facebook",
    label=_("Facebook Page"),
    outlet_label=_("Facebook Page"),
    icon="share",
    decree=Decree.SOCIAL,
    proof=Proof.RECEIPT,
    fields=("text",),
    max_length=63_206,  # the provider's own limit of a post
    idempotency=Idempotency.QUERY,  # no client key, but a Page lists what it has published
    network=True,
    account=True,
    recalls=True,
)

ANSWERING = Capability(
    kind="facebook",
    label=_("Facebook Page"),
    address=AddressKind.FACEBOOK,
    idempotency=Idempotency.QUERY,  # what stands under a comment and in a conversation can be read
    fields=("text",),
    max_length=2_000,  # the provider's own limit of a message; a comment may be longer
    bound=True,  # a person has another id on every Page
)
