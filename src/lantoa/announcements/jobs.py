"""The hub's work, at once and every minute: the rows are the truth, the queue only hurries it.

Events only hurry: what talks to strangers' machines waits for them, and events of all rooms are worked together.
"""

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from lantoa.announcements.events import FeedChanged, WishMade
from lantoa.announcements.pushing import ask_back, push_due
from lantoa.announcements.services import forget_old
from lantoa.kernel.clock import now
from lantoa.kernel.events import subscribe


@subscribe(WishMade)
def ask_who_wished(event: WishMade) -> None:
    """Have the callback asked whether it meant it."""
    _hurry()


@subscribe(FeedChanged)
def tell_readers(event: FeedChanged) -> None:
    """Have everybody told who waits."""
    _hurry()


@app.task(name="announcements.talk", queue="hub", lock="announcements-hub")
def talk() -> None:
    """Ask and tell what is due; one at a time, so that slow callbacks hold one thread at most."""
    at = now()
    ask_back(at=at)
    push_due(at=at)


@app.periodic(cron="* * * * *")
@app.task(name="announcements.hub", queue="hub")
def run_hub(timestamp: int) -> None:
    """Try again what is due again, and forget what is long settled."""
    _hurry()
    forget_old(at=now())


def _hurry() -> None:
    with suppress(AlreadyEnqueued), transaction.atomic():
        talk.configure(queueing_lock="announcements-talk").defer()
