"""Work behind the register: pages that went out, what must be forgotten."""

from procrastinate.contrib.django import app

from lantoa.exemplars import services
from lantoa.kernel.clock import now
from lantoa.kernel.events import subscribe
from lantoa.newsroom.events import PageWentOut


@subscribe(PageWentOut)
def page_went_out(event: PageWentOut) -> None:
    """Notice at once that it is told."""
    services.follow_pages(at=now(), page_id=event.page_id)


@app.periodic(cron="11 * * * *")
@app.task(name="exemplars.follow_pages", queue="default")
def follow_pages(timestamp: int) -> None:
    """Notice the pages that stand before readers although no word of it came."""
    services.follow_pages(at=now())


@app.periodic(cron="47 2 * * *")
@app.task(name="exemplars.forget", queue="default")
def forget(timestamp: int) -> None:
    """Delete the words of what was not taken long ago."""
    services.empty_old(at=now())
