"""`lantoa work`: deliver what is due and do the jobs of all rooms."""

import asyncio
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from lantoa.channels.registry import carried, channels
from lantoa.outreach.services.settling import LEASE
from lantoa.outreach.worker.engine import Engine, Wishes


class Command(BaseCommand):
    """Run one worker; start as many as there is work for."""

    requires_system_checks = ()  # they load every page of the house, which a worker never shows
    help = "Deliver what is due and do the jobs of all rooms, until SIGTERM"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the wishes."""
        kinds = sorted([*channels(), *carried()])
        parser.add_argument("--channels", nargs="+", choices=kinds, default=(), help="only these channels")
        parser.add_argument("--drain", "--once", action="store_true", help="leave when nothing is due any more")
        parser.add_argument("--no-jobs", action="store_true", help="deliver only; leave jobs to other workers")
        parser.add_argument("--concurrency", type=int, default=None, help="calls at once on each account, at most")
        parser.add_argument(
            "--lease", type=float, default=LEASE.total_seconds(), help="seconds a claim holds without renewal"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Work."""
        wishes = Wishes(
            channels=options["channels"],
            drain=options["drain"],
            jobs=not options["no_jobs"],
            concurrency=options["concurrency"],
            lease=timedelta(seconds=options["lease"]),
        )
        written = asyncio.run(_work(wishes))
        if options["verbosity"]:
            self.stdout.write(f"{written} results written")


async def _work(wishes: Wishes) -> int:
    return await Engine(wishes).run()
