"""What SMS can do."""

from datetime import time

from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import AddressKind, Capability, CostUnit, Idempotency, Window

CAPABILITY = Capability(
    kind="sms",
    label=_("SMS"),
    address=AddressKind.PHONE,
    idempotency=Idempotency.KEY,  # RequestId: a repeat is answered 124
    fields=("text",),
    max_length=459,  # three joined segments without marks
    icon="sms",
    concurrency=50,
    rate_per_second=200,
    receipts=True,
    receipts_carry_key=True,
    a_day=3,  # Decree 91/2020, article 13: of advertising; kept for all ordinary messages
    default_window=Window(time(7), time(22)),  # Decree 91/2020 binds advertising; kept for all ordinary messages
    cost_unit=CostUnit.SEGMENT,
)
