"""The gateway's delivery reports: GET to our CallbackUrl, unsigned, so the URL carries a secret.

Judged by ``SendSuccess``/``SendFailed``: the provider's own sample shows ``SendStatus=5`` beside ``SendFailed=2``.
"""

import hashlib
import hmac
from datetime import datetime
from typing import ClassVar
from urllib.parse import parse_qs

from lantoa.channels.contract import (
    Forged,
    Hook,
    Inbound,
    Receipt,
    ReceiptState,
    Received,
    Secrets,
    Settings,
    Unreadable,
)


class SmsHook(Hook):
    """Reads ``?SMSID&SendStatus&SendSuccess&SendFailed&RequestId…``."""

    methods: ClassVar[tuple[str, ...]] = ("GET",)
    max_bytes: ClassVar[int] = 8 * 1024
    entered_by_hand: ClassVar[bool] = False

    def verify(self, received: Received, settings: Settings, secrets: Secrets, *, now: datetime) -> None:
        """Compare the URL's secret; raises Forged."""
        expected = secrets.get("callback_secret", "")
        if not expected or not hmac.compare_digest(received.secret.encode(), expected.encode()):
            raise Forged("the secret in the URL is wrong")

    def event_id(self, received: Received) -> str:
        """Return SMSID, RequestId and the verdict: a repeat is the same, a later verdict is not."""
        report = _fields(received.body)
        parts = [report.get(name, "") for name in ("SMSID", "RequestId", "SendSuccess", "SendFailed", "phonenumber")]
        return "dlr:" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    def read(self, received: Received) -> list[Inbound]:
        """Return the receipt, or nothing while the message is still on its way."""
        report = _fields(received.body)
        if not (report.get("SMSID") or report.get("RequestId")):
            raise Unreadable("neither SMSID nor RequestId")
        failed, sent = _number(report.get("SendFailed")), _number(report.get("SendSuccess"))
        if not failed and not sent:
            return []
        state = ReceiptState.FAILED if failed else ReceiptState.DELIVERED
        return [Receipt(provider_id=report.get("SMSID", ""), key=report.get("RequestId", ""), state=state)]


def _fields(query: bytes) -> dict[str, str]:
    try:
        found = parse_qs(query.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return {}
    return {name: values[0].replace("\x00", "") for name, values in found.items()}


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else 0
