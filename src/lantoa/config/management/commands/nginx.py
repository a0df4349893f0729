"""`lantoa nginx`: the configuration with which nginx reads the baked pages and passes on everything else."""

from typing import Any

from django.core.management import BaseCommand, CommandParser

from lantoa.portal.baking.nginx import configuration


class Command(BaseCommand):
    """Print it; `lantoa nginx > /etc/nginx/conf.d/lantoa.conf`."""

    help = "Print a server block for nginx in front of this installation."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where nginx listens, and where `lantoa serve` does."""
        parser.add_argument("--listen", default="80")
        parser.add_argument("--upstream", default="127.0.0.1:8000")

    def handle(self, *args: Any, listen: str, upstream: str, **options: Any) -> None:
        """Print it."""
        self.stdout.write(configuration(listen=listen, upstream=upstream), ending="")
