"""What an SMSC can do."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import Idempotency
from lantoa.channels.sms.capability import CAPABILITY as SMS

CAPABILITY = replace(
    SMS,
    kind="smpp",
    label=_("SMS by SMPP, at an operator"),
    serves=SMS.kind,
    idempotency=Idempotency.NONE,  # no key of ours in submit_sm
    concurrency=50,
    rate_per_second=None,  # as in the contract: the account's setting
    receipts=True,
    receipts_carry_key=False,  # a receipt names the centre's message_id
)
