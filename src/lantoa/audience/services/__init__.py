"""Everything that changes people, consents and segments; one verb, one transaction each."""

from lantoa.audience.services.citizens import KnownContact, keep_contact
from lantoa.audience.services.consent import (
    BadTokenError,
    Unsubscribed,
    give_consent,
    lift_suppression,
    read_unsubscribe_token,
    suppress,
    unsubscribe,
    unsubscribe_token,
    withdraw_by_keyword,
    withdraw_by_phone,
    withdraw_consent,
)
from lantoa.audience.services.imports import (
    ImportRefusedError,
    cancel_import,
    problems,
    run_import,
    start_import,
    try_import,
)
from lantoa.audience.services.people import SameAddressError, answer_call, correct_address, erase_person, look_up
from lantoa.audience.services.reference import ensure_groups, ensure_wordings
from lantoa.audience.services.samples import generate_contacts
from lantoa.audience.services.segments import SegmentNameTakenError, save_segment
from lantoa.audience.services.subscriptions import (
    ExpiredError,
    NothingAgreedError,
    Subscribed,
    confirm_subscription,
    confirmation_token,
    forget_expired_requests,
    request_subscription,
)

__all__ = [
    "BadTokenError",
    "ExpiredError",
    "ImportRefusedError",
    "KnownContact",
    "NothingAgreedError",
    "SameAddressError",
    "SegmentNameTakenError",
    "Subscribed",
    "Unsubscribed",
    "answer_call",
    "cancel_import",
    "confirm_subscription",
    "confirmation_token",
    "correct_address",
    "ensure_groups",
    "ensure_wordings",
    "erase_person",
    "forget_expired_requests",
    "generate_contacts",
    "give_consent",
    "keep_contact",
    "lift_suppression",
    "look_up",
    "problems",
    "read_unsubscribe_token",
    "request_subscription",
    "run_import",
    "save_segment",
    "start_import",
    "suppress",
    "try_import",
    "unsubscribe",
    "unsubscribe_token",
    "withdraw_by_keyword",
    "withdraw_by_phone",
    "withdraw_consent",
]
