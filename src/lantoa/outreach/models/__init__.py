"""Messages, broadcasts, the delivery ledger, and what is sent by the calendar."""

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
from lantoa.outreach.models.links import LinkClicks, ShortLink
from lantoa.outreach.models.messages import Message, MessageForm, MessageVersion, TrialSend
from lantoa.outreach.models.placements import Placement, PlacementEvent, PlacementProof
from lantoa.outreach.models.series import Reminder, Series, SeriesIssue, Trigger, TriggerOccasion

__all__ = [
    "Broadcast",
    "Contacted",
    "Delivery",
    "DeliveryAttempt",
    "Feed",
    "Handover",
    "LinkClicks",
    "Message",
    "MessageForm",
    "MessageVersion",
    "Outbox",
    "ParkedReceipt",
    "Placement",
    "PlacementEvent",
    "PlacementProof",
    "Purse",
    "Reminder",
    "Series",
    "SeriesIssue",
    "ShortLink",
    "Standing",
    "TrialSend",
    "Trigger",
    "TriggerOccasion",
]
