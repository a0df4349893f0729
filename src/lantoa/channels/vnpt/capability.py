"""What the template gateway can do."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import Idempotency
from lantoa.channels.sms.capability import CAPABILITY as SMS

CAPABILITY = replace(
    SMS,
    kind="vnpt",
    label=_("SMS by templates, VNPT's form"),
    serves=SMS.kind,
    idempotency=Idempotency.NONE,  # whether a repeated REQID is dropped is documented nowhere we know
    concurrency=20,
    rate_per_second=20,  # no document gives one; the account's setting is as in the contract
    receipts=False,
    free_text=False,
    receipts_carry_key=False,
)
