"""`lantoa serve`: portal, desk and webhooks on one port."""

import os
import sys
from typing import Any

from django.core.management import BaseCommand, CommandParser


def web_server(host: str, port: int, workers: int, application: str = "lantoa.config.wsgi:application") -> list[str]:
    """The command line of the web server, whatever it serves."""
    place = ["--host", host, "--port", str(port), "--workers", str(workers)]
    return [sys.executable, "-m", "lantoa.config.server", *place, application]


class Command(BaseCommand):
    """Hand this process over to the web server, so that a signal reaches it and nothing stays behind."""

    help = "Serve portal, desk and webhooks."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen and with how many processes."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, *args: Any, host: str, port: int, workers: int, **options: Any) -> None:
        """Replace this process by the web server."""
        os.execv(sys.executable, web_server(host, port, workers))  # noqa: S606  (fixed program, no shell)
