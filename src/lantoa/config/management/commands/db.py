"""`lantoa db start|stop|url|prepare`: the embedded PostgreSQL and what the database needs before work."""

import os
from typing import Any

from django.core.management import BaseCommand, CommandParser, call_command

from lantoa.config.embedded import Server


class Command(BaseCommand):
    """Start, stop or name the embedded server; `prepare` migrates whichever database is configured."""

    help = "Start, stop or name the embedded PostgreSQL; prepare the database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One verb."""
        parser.add_argument("verb", choices=["start", "stop", "url", "prepare"])

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Do it and say what happened."""
        if verb == "prepare":
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable")
            self.stdout.write("The database is ready.")
            return
        if os.environ.get("DATABASE_URL"):
            self.stdout.write("DATABASE_URL is set: the embedded server is not used.")
            return
        server = Server.here()
        if verb == "url":
            self.stdout.write(server.url())
        elif verb == "start":
            self.stdout.write("Started." if server.start() else "Already running.")
        else:
            self.stdout.write("Stopped." if server.stop() else "It was not running.")
