"""What is looked for in vain is forgotten in time."""

from procrastinate.contrib.django import app

from lantoa.kernel import clock
from lantoa.search import services


@app.periodic(cron="41 3 * * *")
@app.task(name="search.forget", queue="default")
def forget(timestamp: int) -> None:
    """Every night."""
    services.forget(at=clock.now())
