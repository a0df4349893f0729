"""What is looked for in vain is forgotten in time; what can be found is put anew when words are cut otherwise."""

from procrastinate.contrib.django import app

from lantoa.kernel import clock
from lantoa.search import services


@app.periodic(cron="41 3 * * *")
@app.task(name="search.forget", queue="default")
def forget(timestamp: int) -> None:
    """Every night."""
    services.forget(at=clock.now())


@app.task(name="search.rebuild", queue="default")
def rebuild() -> None:
    """After an upgrade whose migration asks for it (0005)."""
    services.rebuild()
