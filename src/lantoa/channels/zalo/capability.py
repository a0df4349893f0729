"""What a Zalo Official Account can do."""

from datetime import time

from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import AddressKind, Capability, CostUnit, Idempotency, Window

CAPABILITY = Capability(
    kind="zalo",
    label=_("Zalo"),
    address=AddressKind.ZALO,
    idempotency=Idempotency.NONE,  # no client key found in any source
    fields=("text",),
    max_length=2000,
    icon="zalo",
    concurrency=20,
    rate_per_second=20,  # third-party figure; an account may set its own
    receipts=True,
    reads=True,
    default_window=Window(time(6), time(22)),  # outside it the provider answers −234
    cost_unit=CostUnit.MESSAGE,
)
