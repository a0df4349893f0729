"""Where the work of a day comes from: one small provider for each room."""

from collections.abc import Sequence

from lantoa.approvals import rules as approvals
from lantoa.audience import rules as audience
from lantoa.channels import rules as channels
from lantoa.contributions import rules as contributions
from lantoa.desk.providers import (
    answering,
    approving,
    editing,
    entitling,
    exemplifying,
    planning,
    pressing,
    protecting,
    refreshing,
    reporting,
    scheduling,
    spreading,
    starting,
    storytelling,
    watching,
)
from lantoa.desk.work import Job, Provider, Worker
from lantoa.editorial import rules as editorial
from lantoa.entitlements import rules as entitlements
from lantoa.exemplars import rules as exemplars
from lantoa.kernel import rules as kernel
from lantoa.listening import rules as listening
from lantoa.newsroom import rules as newsroom
from lantoa.outreach import rules as outreach
from lantoa.planning import rules as planning_rules
from lantoa.pressroom import rules as pressroom
from lantoa.reporting import rules as reporting_rules

PROVIDERS: Sequence[tuple[str, Provider]] = (
    (listening.ANSWER, answering.waiting),
    (contributions.WORK, storytelling.to_take_down),
    (contributions.WORK, storytelling.to_silence),
    (contributions.WORK, storytelling.to_read_answers),
    (contributions.WORK, storytelling.to_take_up),
    (exemplars.TELL, exemplifying.to_take_down),
    (exemplars.VERIFY, exemplifying.to_verify),
    (exemplars.TELL, exemplifying.to_tell),
    (exemplars.PROPOSE, exemplifying.to_count),
    (audience.HANDLE_RIGHTS, protecting.breaches),
    (audience.HANDLE_RIGHTS, protecting.requests),
    (newsroom.CHECK_LAW, approving.to_clear),
    (approvals.DECIDE, approving.to_decide),
    (approvals.SUBMIT, approving.returned),
    (entitlements.WRITE, entitling.to_write),
    (outreach.RELEASE, spreading.to_settle),
    (outreach.RECORD_VISIT, spreading.to_visit),
    (outreach.CONFIRM, spreading.to_put_there),
    (outreach.PREPARE, spreading.to_release),
    (outreach.PREPARE, scheduling.to_complete),
    (outreach.PREPARE, scheduling.drafts_of_pages),
    (newsroom.WRITE, refreshing.to_read_again),
    (newsroom.WRITE, refreshing.to_mend),
    (editorial.ENTER, editing.to_write),
    (editorial.COMMISSION, editing.delivered),
    (editorial.BUNDLE, editing.held_bundles),
    (planning_rules.IMPORT, planning.to_confirm),
    (planning_rules.WORK, planning.tasks),
    (reporting_rules.WRITE, reporting.to_submit),
    (pressroom.ANSWER, pressing.to_answer),
    (pressroom.ADMIT, pressing.to_register),
    (channels.MANAGE, spreading.channels_in_trouble),
    (kernel.VIEW_AUDIT, watching.chain),
    (kernel.MANAGE_ACCOUNTS, starting.first_steps),
)
"""The right a provider needs, and the provider."""


def work_of(worker: Worker) -> list[Job]:
    """Everything that waits for this person, unsorted; rooms their posts do not reach are not asked."""
    return [job for permission, provider in PROVIDERS if worker.may(permission) for job in provider(worker)]
