"""The verbs of outreach; each is one transaction."""

from lantoa.outreach.services.broadcasts import (
    CannotChangeError,
    Plan,
    cancel,
    pause,
    prepare,
    reach_missed,
    release_due,
    resume,
    retry_failed,
    schedule,
    unschedule,
)
from lantoa.outreach.services.inbox import mark_read
from lantoa.outreach.services.links import follow
from lantoa.outreach.services.messages import (
    CannotWriteError,
    Draft,
    Form,
    ask_approval,
    create_message,
    freeze,
    save_message,
    send_trial,
)
from lantoa.outreach.services.releasing import CannotReleaseError, release

__all__ = [
    "CannotChangeError",
    "CannotReleaseError",
    "CannotWriteError",
    "Draft",
    "Form",
    "Plan",
    "ask_approval",
    "cancel",
    "create_message",
    "follow",
    "freeze",
    "mark_read",
    "pause",
    "prepare",
    "reach_missed",
    "release",
    "release_due",
    "resume",
    "retry_failed",
    "save_message",
    "schedule",
    "send_trial",
    "unschedule",
]
