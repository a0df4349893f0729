"""The hub's work, at once and every minute: the rows are the truth, the queue only hurries it."""

from procrastinate.contrib.django import app

from lantoa.announcements.events import FeedChanged, WishMade
from lantoa.announcements.pushing import ask_back, push_due
from lantoa.announcements.services import forget_old
from lantoa.kernel.clock import now
from lantoa.kernel.events import subscribe


@subscribe(WishMade)
def ask_who_wished(event: WishMade) -> None:
    """Ask one callback whether it meant it."""
    ask_back(at=now(), only=event.wish_id)


@subscribe(FeedChanged)
def tell_readers(event: FeedChanged) -> None:
    """Tell everybody who waits; a change that somebody else has told already costs one look."""
    push_due(at=now())


@app.periodic(cron="* * * * *")
@app.task(name="announcements.hub", queue="events")
def run_hub(timestamp: int) -> None:
    """Try again what is due again, and forget what is long settled."""
    at = now()
    ask_back(at=at)
    push_due(at=at)
    forget_old(at=at)
