"""`lantoa search rebuild`: what can be found, made anew from what is public."""

from typing import Any

from django.core.management import BaseCommand, CommandParser

from lantoa.search import services


class Command(BaseCommand):
    """May be run at any time, and twice: people go on searching meanwhile."""

    help = "Keep what can be found in step with what is public."

    def add_arguments(self, parser: CommandParser) -> None:
        """One verb."""
        parser.add_subparsers(dest="verb", required=True).add_parser("rebuild", help="put everything public anew")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, and say how many of each."""
        for name, number in services.rebuild().items():
            self.stdout.write(f"{name}: {number}")
