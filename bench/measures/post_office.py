"""Ours ÷ django-post_office, same database server, SMTP sink and mails; the best of its documented settings."""

import sys
from pathlib import Path

from bench.measures.mail import form_of
from bench.processes import ended, start
from bench.stand import Figures, Stand, alone, drain

NAME = "bench_post_office"
SETTINGS = ((1_000, 5, 1), (5_000, 5, 2), (5_000, 10, 2))
"""BATCH_SIZE, THREADS_PER_PROCESS and processes."""


def theirs(stand: Stand, count: int, form: Path, setting: tuple[int, int, int]) -> float:
    """Mails a second of one `send_queued_mail`."""
    batch, threads, processes = setting
    more = {
        "BENCH_DATABASE": stand.cluster.url(NAME),
        "BENCH_SMTP": str(stand.sink.smtp),
        "BENCH_BATCH": str(batch),
        "BENCH_THREADS": str(threads),
        "DJANGO_SETTINGS_MODULE": "bench.peers.post_office_settings",
    }
    stand.cluster.fresh(NAME)
    ended(start([sys.executable, "-m", "bench.peers.post_office_fill", str(count), str(form)], more))
    stand.sink.reset()
    ended(start([sys.executable, "-m", "django", "send_queued_mail", f"--processes={processes}"], more))
    stand.cluster.drop(NAME)
    return stand.sink.seen(count).per_second


def measure(stand: Stand, ours_per_s: float | None = None) -> Figures:
    """Each setting once; the best counts. Without a figure of ours, ours is measured first."""
    count = stand.size(10_000)
    world = stand.fresh("email", count)
    broadcast = world.release(world.draft())
    form = form_of(broadcast.version.content)
    ours = ours_per_s or drain(stand, broadcast.pk, count).per_second
    rates = {
        f"batch {one[0]}, {one[1]} threads, {one[2]} processes": theirs(stand, count, form, one) for one in SETTINGS
    }
    return {
        "post_office": round(ours / max(rates.values()), 2),
        "post_office_per_s": {setting: round(rate) for setting, rate in rates.items()},
    }


if __name__ == "__main__":
    alone(measure)
