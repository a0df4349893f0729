"""Delivery status notifications (RFC 3464): what a mail system says became of our mail."""

import re
from collections.abc import Iterator
from email.message import Message
from enum import Enum, auto

ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
NO_SUCH_MAILBOX = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
"""Enhanced status codes (RFC 3463, RFC 7505) that speak of the address, not of the message or of us."""
REPORTS_READ = 20


class Verdict(Enum):
    """What a report says of a mail that had one recipient."""

    NOTHING = auto()  # delayed, relayed, expanded: not the end
    DELIVERED = auto()
    FAILED = auto()  # given up, or refused for what it was
    DEAD = auto()  # and the address is the reason


def verdict_of(report: Message) -> Verdict:
    """Return the worst that the report says of a recipient; NOTHING where it says nothing readable."""
    told = [_of(recipient) for recipient in _recipients(report)]
    order = (Verdict.DEAD, Verdict.FAILED, Verdict.DELIVERED)
    return next((one for one in order if one in told), Verdict.NOTHING)


def _of(recipient: Message) -> Verdict:
    action = str(recipient["Action"] or "").strip().lower()
    if action == "delivered":
        return Verdict.DELIVERED
    if action != "failed":
        return Verdict.NOTHING
    # The last mail system's own words say more than the status that ours made of them ("5.0.0").
    codes = [hit[1] for name in ("Diagnostic-Code", "Status") if (hit := ENHANCED.search(str(recipient[name] or "")))]
    return Verdict.DEAD if any(code in NO_SUCH_MAILBOX for code in codes) else Verdict.FAILED


def _recipients(report: Message) -> Iterator[Message]:
    for part in list(report.walk())[1:10]:
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            blocks = part.get_payload()
            if isinstance(blocks, list):
                yield from (one for one in blocks[:REPORTS_READ] if isinstance(one, Message) and "Action" in one)
