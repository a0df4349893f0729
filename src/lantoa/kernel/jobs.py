"""The kernel's own jobs: the delivery of events, and forgetting what failed for good or has run out."""

import logging

from django.core.cache import caches
from django.db import connection
from procrastinate.contrib.django import app

from lantoa.kernel.events import deliver
from lantoa.kernel.until_due import UntilDue

__all__ = ["deliver", "forget_failed", "forget_tries"]

log = logging.getLogger(__name__)
MANY_TRIES = 100_000
"""Entries of one hour past which somebody floods the forms."""

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


@app.periodic(cron="41 * * * *")
@app.task(name="kernel.forget_tries", queue="default")
def forget_tries(timestamp: int) -> None:
    """Drop what was remembered until an hour that is over, such as who tried to sign in; say when very much is left."""
    remembered = caches["default"]
    assert isinstance(remembered, UntilDue)
    if (left := remembered.sweep()) > MANY_TRIES:
        log.warning("kernel: %s tries and votes are remembered: somebody may be flooding the forms", left)
