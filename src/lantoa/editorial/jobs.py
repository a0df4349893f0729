"""The editors' desk's jobs: bundles every minute, reminders every five, and the mails they ask for."""

from procrastinate.contrib.django import app

from lantoa.editorial.events import BundleHeld, CommissionDue, ReviewDue
from lantoa.editorial.reminding import mail_bundle, mail_commission, mail_review
from lantoa.editorial.services import release_due_bundles, remind_of_commissions, remind_of_reviews
from lantoa.kernel import clock
from lantoa.kernel.events import subscribe


@app.periodic(cron="*/5 * * * *")
@app.task(name="editorial.remind", queue="default")
def remind_round(timestamp: int) -> None:
    """One round of reminders; safe to run twice and beside another."""
    remind_of_commissions(at=clock.now())
    remind_of_reviews(at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="editorial.bundles", queue="default")
def bundle_round(timestamp: int) -> None:
    """Bundles whose hour has come; safe to run twice and beside another."""
    release_due_bundles(at=clock.now())


@subscribe(BundleHeld)
def write_about_bundle(event: BundleHeld) -> None:
    """Write to whoever put the bundle together."""
    mail_bundle(bundle_id=event.bundle_id, at=clock.now())


@subscribe(CommissionDue)
def write_about_commission(event: CommissionDue) -> None:
    """Write to whoever owes the piece and to whoever ordered it; the desk shows it in any case."""
    mail_commission(reminder_id=event.reminder_id, at=clock.now())


@subscribe(ReviewDue)
def write_about_review(event: ReviewDue) -> None:
    """Write to those who can read it today, and to whoever sent it."""
    mail_review(reminder_id=event.reminder_id, at=clock.now())
