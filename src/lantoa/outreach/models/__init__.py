"""Messages, broadcasts, the delivery ledger, and what is sent by the calendar."""

from lantoa.outreach.models.broadcasts import Broadcast
from lantoa.outreach.models.ledger import AccountPace, Delivery, DeliveryAttempt, ParkedReceipt
from lantoa.outreach.models.messages import Message, MessageForm, MessageVersion, TrialSend
from lantoa.outreach.models.series import Reminder, Series, SeriesIssue, Trigger, TriggerOccasion

__all__ = [
    "AccountPace",
    "Broadcast",
    "Delivery",
    "DeliveryAttempt",
    "Message",
    "MessageForm",
    "MessageVersion",
    "ParkedReceipt",
    "Reminder",
    "Series",
    "SeriesIssue",
    "TrialSend",
    "Trigger",
    "TriggerOccasion",
]
