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
    set_budget,
    set_weight,
    unschedule,
)
from lantoa.outreach.services.chains import BadChainError, Step, go_on, record_visit
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
    "BadChainError",
    "CannotChangeError",
    "CannotReleaseError",
    "CannotWriteError",
    "Draft",
    "Form",
    "Plan",
    "Step",
    "ask_approval",
    "cancel",
    "create_message",
    "follow",
    "freeze",
    "go_on",
    "mark_read",
    "pause",
    "prepare",
    "reach_missed",
    "record_visit",
    "release",
    "release_due",
    "resume",
    "retry_failed",
    "save_message",
    "schedule",
    "send_trial",
    "set_budget",
    "set_weight",
    "unschedule",
]
