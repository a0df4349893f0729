"""What this room does on its own time: mail to journalists, forgetting."""

from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lantoa.audience.events import PersonErased
from lantoa.kernel.clock import now
from lantoa.kernel.events import subscribe
from lantoa.pressroom import letters
from lantoa.pressroom.enums import LetterState
from lantoa.pressroom.events import PressLetterWanted, PressLinkWanted
from lantoa.pressroom.models import PressLetter
from lantoa.pressroom.services import journalists

PATIENCE = 7
"""Tries in a row: after 5, 25, 125 seconds and so on, about five hours; letters once more each night."""
RESTED = timedelta(hours=8)


@subscribe(PressLinkWanted)
def press_link_wanted(event: PressLinkWanted) -> None:
    """Hand the link to a job that is patient with a channel in trouble."""
    send_link.defer(link_id=event.link_id)


@subscribe(PressLetterWanted)
def press_letter_wanted(event: PressLetterWanted) -> None:
    """The same for a letter."""
    send_letter.defer(letter_id=event.letter_id)


@app.task(name="pressroom.send_link", queue="replies", retry=RetryStrategy(max_attempts=PATIENCE, exponential_wait=5))
def send_link(link_id: int) -> None:
    """Send one link; the same key each time, so a repeat is one message."""
    letters.send_link(link_id=link_id, at=now())


@app.task(name="pressroom.send_letter", queue="replies", retry=RetryStrategy(max_attempts=PATIENCE, exponential_wait=5))
def send_letter(letter_id: int) -> None:
    """Send one letter; the same key each time, so a repeat is one message."""
    letters.send_letter(letter_id=letter_id, at=now())


@subscribe(PersonErased)
def person_erased(event: PersonErased) -> None:
    """An erased person's access ends."""
    journalists.drop_person(person_id=event.person_id, at=now())


@app.periodic(cron="47 2 * * *")
@app.task(name="pressroom.forget", queue="default")
def forget(timestamp: int) -> None:
    """Forget what is over; try once more the letters that never left."""
    at = now()
    journalists.forget(at=at)
    left = PressLetter.objects.filter(state=LetterState.PENDING, changed_at__lt=at - RESTED)
    for letter_id in left.order_by("pk").values_list("pk", flat=True)[:200]:
        send_letter.defer(letter_id=letter_id)
