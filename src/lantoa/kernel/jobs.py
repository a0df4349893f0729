"""The kernel's own jobs: the delivery of events, and forgetting what failed for good."""

from django.db import connection
from procrastinate.contrib.django import app

from lantoa.kernel.events import deliver

__all__ = ["deliver", "forget_failed"]

_FORGET = """
DELETE FROM procrastinate_jobs j WHERE status IN ('failed', 'aborted', 'cancelled') AND NOT EXISTS (
    SELECT 1 FROM procrastinate_events e WHERE e.job_id = j.id AND e.at > now() - interval '7 days')
"""


@app.periodic(cron="23 3 * * *")
@app.task(name="kernel.forget_failed", queue="default")
def forget_failed(timestamp: int) -> None:
    """Drop jobs that failed for good after a week: what they were given may be a person's words or number."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET)
