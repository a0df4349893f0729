"""The round of each minute, and how pages follow what the approvals room decides, wherever it was decided."""

from procrastinate.contrib.django import app

from lantoa.approvals.events import Approved, Returned, Revoked
from lantoa.kernel import clock
from lantoa.kernel.events import subscribe
from lantoa.newsroom.events import PageWentOut, VersionKeptBack
from lantoa.newsroom.reminding import remind_owners, tell_of_kept_back
from lantoa.newsroom.services import (
    draw_pictures_of,
    follow_decision,
    follow_revocation,
    note_lapsed_laws,
    publish_due,
)


@app.periodic(cron="* * * * *")
@app.task(name="newsroom.publish_due", queue="default")
def publish_due_pages(timestamp: int) -> None:
    """What is approved for an hour that has come goes out, what has expired comes down; safe to run twice."""
    publish_due(at=clock.now())


@app.periodic(cron="5 0 * * *")
@app.task(name="newsroom.lapsed_laws", queue="default")
def look_for_lapsed_laws(timestamp: int) -> None:
    """Each night, before owners are told: which pages cite what binds no more; safe to run twice."""
    note_lapsed_laws(at=clock.now())


@app.periodic(cron="15 0 * * *")
@app.task(name="newsroom.remind_owners", queue="default")
def remind_of_rereading(timestamp: int) -> None:
    """In the morning, tell owners which of their pages are to be read again; each day of a page once."""
    remind_owners(at=clock.now())


@subscribe(Approved)
def publish_approved_page(event: Approved) -> None:
    """A page approved on the desk goes out."""
    follow_decision(subject=event.subject)


@subscribe(PageWentOut)
def draw_pictures(event: PageWentOut) -> None:
    """The sizes and forms of a page's pictures are drawn before most readers come."""
    draw_pictures_of(page_id=event.page_id)


@subscribe(VersionKeptBack)
def write_about_kept_back(event: VersionKeptBack) -> None:
    """Write to whoever sent it; the desk shows it in any case."""
    tell_of_kept_back(revision_id=event.revision_id, at=clock.now())


@subscribe(Returned)
def hand_back_page(event: Returned) -> None:
    """A page returned on the desk is its author's again."""
    follow_decision(subject=event.subject)


@subscribe(Revoked)
def take_down_page(event: Revoked) -> None:
    """A page whose approval is revoked leaves the public."""
    follow_revocation(subject=event.subject, sha256=event.sha256)
