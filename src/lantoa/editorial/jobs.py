"""The editors' desk's jobs: a round every five minutes, and the mails it asks for."""

from procrastinate.contrib.django import app

from lantoa.editorial.events import CommissionDue
from lantoa.editorial.reminding import mail_commission
from lantoa.editorial.services import remind_of_commissions
from lantoa.kernel import clock
from lantoa.kernel.events import subscribe


@app.periodic(cron="*/5 * * * *")
@app.task(name="editorial.remind", queue="default")
def remind_round(timestamp: int) -> None:
    """One round of reminders; safe to run twice and beside another."""
    remind_of_commissions(at=clock.now())


@subscribe(CommissionDue)
def write_about_commission(event: CommissionDue) -> None:
    """Write to whoever owes the piece and to whoever ordered it; the desk shows it in any case."""
    mail_commission(reminder_id=event.reminder_id, at=clock.now())
