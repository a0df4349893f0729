"""A fast lane for events: many in one transaction, each in a savepoint, gone from the queue as its effects commit.

Procrastinate fetches one job at a time; receipts come by the thousand. What fails here once is left to it, with its
retries. Both lock with SKIP LOCKED, so no event is handled by two workers at once.
"""

import json
import logging
from time import monotonic

from django.db import connection, transaction

from lantoa.kernel.events import deliver

logger = logging.getLogger(__name__)

BUDGET = 0.25
"""Seconds of work before a commit, so that locks taken by handlers are soon let go."""

# Of events told in order, only the first of its row is taken: those before it may be in another worker's hands.
_FETCH = """
SELECT j.id, j.args FROM procrastinate_jobs j
WHERE queue_name = 'events' AND task_name = 'kernel.deliver' AND status = 'todo' AND attempts = 0
    AND (scheduled_at IS NULL OR scheduled_at <= now())
    AND (lock IS NULL OR NOT EXISTS (SELECT 1 FROM procrastinate_jobs before
        WHERE before.lock = j.lock AND before.id < j.id AND before.status IN ('todo', 'doing')))
ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
"""


@transaction.atomic
def run_events(*, limit: int = 100) -> int:
    """Hand stored events to their subscribers, in order, for a moment; returns how many were handed over."""
    done: list[int] = []
    failed: list[int] = []
    end = monotonic() + BUDGET
    with connection.cursor() as cursor:
        cursor.execute(_FETCH, [limit])
        for job_id, stored in cursor.fetchall():
            (done if _handed_over(job_id, stored) else failed).append(job_id)
            if monotonic() > end:
                break
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = ANY(%s)", [done])
        cursor.execute("UPDATE procrastinate_jobs SET attempts = attempts + 1 WHERE id = ANY(%s)", [failed])
    return len(done) + len(failed)


def _handed_over(job_id: int, stored: object) -> bool:
    arguments = stored if isinstance(stored, dict) else json.loads(str(stored))
    try:
        with transaction.atomic():
            deliver.func(**arguments)
    except Exception:
        logger.warning("event %s is left to its retries", job_id, exc_info=True)
        return False
    return True
