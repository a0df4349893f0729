"""What web push can do."""

from datetime import time

from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import AddressKind, Capability, Idempotency, UnknownPolicy, Window

CAPABILITY = Capability(
    kind="webpush",
    label=_("Browser notifications"),
    address=AddressKind.WEBPUSH,
    idempotency=Idempotency.NONE,
    fields=("subject", "text"),
    max_length=600,  # screens show the first hundred or so; four thousand bytes are the record's limit
    icon="bell",
    concurrency=50,
    rate_per_second=200,
    default_window=Window(time(6), time(22)),
    unknown_policy=UnknownPolicy.RESEND,  # the same topic replaces what waits, the same tag what is shown: no double
)
