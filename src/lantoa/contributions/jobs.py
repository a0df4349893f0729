"""Work behind people's stories: word to the sender, pages that went out, what must be forgotten."""

from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lantoa.audience.events import PersonErased
from lantoa.contributions import services, telling
from lantoa.contributions.events import LetterWanted
from lantoa.contributions.selectors import pending_letters
from lantoa.kernel.clock import now
from lantoa.kernel.events import subscribe

PATIENCE = 7
"""Tries in a row: after 5, 25, 125 seconds and so on, about five hours; then once more each night."""
RESTED = timedelta(hours=8)


@subscribe(LetterWanted)
def letter_wanted(event: LetterWanted) -> None:
    """Hand word to the sender to a job that is patient with a channel in trouble."""
    tell.defer(letter_id=event.letter_id)


@app.task(name="contributions.tell", queue="replies", retry=RetryStrategy(max_attempts=PATIENCE, exponential_wait=5))
def tell(letter_id: int) -> None:
    """Send one letter to its sender; the same key each time, so a repeat is one message."""
    telling.send_letter(letter_id=letter_id, at=now())


@subscribe(PersonErased)
def person_erased(event: PersonErased) -> None:
    """An erased person's stories go with them."""
    services.drop_person(person_id=event.person_id, at=now())


@app.periodic(cron="* * * * *")
@app.task(name="contributions.follow_pages", queue="default")
def follow_pages(timestamp: int) -> None:
    """Notice the pages of stories that stand before readers, however they got there."""
    services.follow_pages(at=now())


@app.periodic(cron="41 2 * * *")
@app.task(name="contributions.forget", queue="default")
def forget(timestamp: int) -> None:
    """Delete what was never sent and what is settled for long; try once more the letters that never left."""
    at = now()
    services.forget_unsent_files(at=at)
    services.empty_old_stories(at=at)
    for letter_id in pending_letters(at - RESTED):
        tell.defer(letter_id=letter_id)
