"""What a Zalo broadcast to followers can do."""

from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import Idempotency, UnknownPolicy
from lantoa.channels.placing import Decree, Proof, PublicCapability

TITLE = 150
"""Characters of an article's title."""

CAPABILITY = PublicCapability(
    kind="zalo_broadcast",
    label=_("Zalo article to followers"),
    outlet_label=_("followers by place"),
    decree=Decree.SOCIAL,
    proof=Proof.WORD,  # the provider looks at it first, about half an hour, and tells nobody what it decided
    fields=("subject", "text"),
    max_length=10_000,
    icon="zalo",
    idempotency=Idempotency.NONE,  # no client key found in any source
    urgent_unknown_policy=UnknownPolicy.LEAVE,  # a second call reaches everybody a second time
    network=True,
    account=True,
)
