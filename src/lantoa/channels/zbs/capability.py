"""What Zalo's template messages can do."""

from datetime import time

from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import AddressKind, Capability, CostUnit, Idempotency, Window

CAPABILITY = Capability(
    kind="zbs",
    label=_("Zalo by phone number"),
    address=AddressKind.PHONE,
    idempotency=Idempotency.NONE,  # whether a repeated tracking_id is dropped is not documented
    fields=("text",),
    max_length=2000,
    icon="zalo",
    concurrency=20,
    rate_per_second=20,  # no published figure; that of the official account's messages
    receipts=True,
    receipts_carry_key=True,
    default_window=Window(time(6), time(22)),
    cost_unit=CostUnit.MESSAGE,
    free_text=False,
)
