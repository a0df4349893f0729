"""Messages, broadcasts, and the delivery ledger."""

from lantoa.outreach.models.broadcasts import Broadcast
from lantoa.outreach.models.ledger import AccountPace, Delivery, DeliveryAttempt, ParkedReceipt
from lantoa.outreach.models.links import LinkClicks, ShortLink
from lantoa.outreach.models.messages import Message, MessageForm, MessageVersion, TrialSend

__all__ = [
    "AccountPace",
    "Broadcast",
    "Delivery",
    "DeliveryAttempt",
    "LinkClicks",
    "Message",
    "MessageForm",
    "MessageVersion",
    "ParkedReceipt",
    "ShortLink",
    "TrialSend",
]
