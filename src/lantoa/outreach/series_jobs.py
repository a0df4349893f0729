"""The calendar's jobs: every minute one round, and what other rooms' events bring forward."""

from procrastinate.contrib.django import app

from lantoa.approvals.events import Approved, Revoked
from lantoa.kernel import clock
from lantoa.kernel.events import subscribe
from lantoa.outreach.events import IssueNeedsText
from lantoa.outreach.reminding import write_to_editor
from lantoa.outreach.services.issues import mark_ready
from lantoa.outreach.services.series import run_calendar
from lantoa.outreach.services.triggers import notice_pages

MESSAGES, PAGES = "outreach.message:", "newsroom.page:"


@app.periodic(cron="* * * * *")
@app.task(name="outreach.calendar", queue="default")
def calendar_round(timestamp: int) -> None:
    """One round; safe to run twice and beside another."""
    at = clock.now()
    run_calendar(at=at)
    notice_pages(at=at)


@subscribe(Approved)
def follow_approval(event: Approved) -> None:
    """An approved text makes its issue ready; an approved page may be out now (the round finds it, if not yet)."""
    if event.subject.startswith(MESSAGES):
        mark_ready(at=clock.now(), message_id=int(event.subject.removeprefix(MESSAGES)))
    elif event.subject.startswith(PAGES):
        notice_pages(at=clock.now())


@subscribe(Revoked)
def follow_revocation(event: Revoked) -> None:
    """A revoked approval takes the issue back into preparation."""
    if event.subject.startswith(MESSAGES):
        mark_ready(at=clock.now(), message_id=int(event.subject.removeprefix(MESSAGES)))


@subscribe(IssueNeedsText)
def remind_editor(event: IssueNeedsText) -> None:
    """Write to the editor, when an account of e-mail can send; the desk says it in any case."""
    write_to_editor(subject=event.subject, at=clock.now())
