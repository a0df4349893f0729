"""The figures are counted for readers before they ask."""

from procrastinate.contrib.django import app

from lantoa.figures.counting import count_anew
from lantoa.kernel import clock


@app.periodic(cron="* * * * *")
@app.task(name="figures.count_this_year", queue="default", queueing_lock="figures.count_this_year")
def count_this_year(timestamp: int) -> None:
    """Keep this year's figures counted, so that no reader waits for it; safe to run twice."""
    count_anew(clock.today().year, at=clock.now())
