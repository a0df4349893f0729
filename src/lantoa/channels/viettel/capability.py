"""What the SOAP gateway can do."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import Idempotency
from lantoa.channels.sms.capability import CAPABILITY as SMS

CAPABILITY = replace(
    SMS,
    kind="viettel",
    label=_("SMS by SOAP, Viettel's form"),
    serves=SMS.kind,
    idempotency=Idempotency.NONE,  # many callers send RequestID "1" every time: it is no key
    concurrency=20,
    rate_per_second=20,  # no document gives one; the account's setting is as in the contract
    receipts=False,  # the answer says "queued"; no report that comes back is known
    receipts_carry_key=False,
)
