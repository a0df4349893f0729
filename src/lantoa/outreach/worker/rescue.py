"""Jobs that a dead worker had begun: begun again, or let go where the same work waits already."""

import asyncio
import logging

from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

logger = logging.getLogger(__name__)

EVERY = 10.0
"""Seconds between two looks."""


async def keep_rescuing(jobs: JobManager) -> None:
    """Look again and again, also when the database was away."""
    while True:
        try:
            await rescue(jobs)
        except ConnectorException:
            logger.warning("the jobs of dead workers cannot be looked for, trying again", exc_info=True)
        await asyncio.sleep(EVERY)


async def rescue(jobs: JobManager) -> int:
    """Put stalled jobs back, all of which are safe to run twice; returns how many there were.

    One whose queueing lock another has taken meanwhile cannot go back. It is let go: what waits does the same work, and
    would wait for this one's lock for ever.
    """
    stalled = list(await jobs.get_stalled_jobs())
    for job in stalled:
        try:
            await jobs.retry_job(job)
        except UniqueViolation:
            await jobs.finish_job(job, Status.ABORTED, delete_job=True)
    return len(stalled)
