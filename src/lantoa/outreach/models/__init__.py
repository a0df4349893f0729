"""Messages, broadcasts, and the delivery ledger."""

from lantoa.outreach.models.broadcasts import Broadcast, Purse
from lantoa.outreach.models.ledger import (
    Contacted,
    Delivery,
    DeliveryAttempt,
    Feed,
    Handover,
    Outbox,
    ParkedReceipt,
    Standing,
)
from lantoa.outreach.models.messages import Message, MessageForm, MessageVersion, TrialSend

__all__ = [
    "Broadcast",
    "Contacted",
    "Delivery",
    "DeliveryAttempt",
    "Feed",
    "Handover",
    "Message",
    "MessageForm",
    "MessageVersion",
    "Outbox",
    "ParkedReceipt",
    "Purse",
    "Standing",
    "TrialSend",
]
