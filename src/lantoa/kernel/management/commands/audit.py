"""`lantoa audit verify`: proves the audit chain."""

import json
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from lantoa.kernel.audit import verify


class Command(BaseCommand):
    """Walk the chain and say whether it holds."""

    help = "Verify the audit chain."

    def add_arguments(self, parser: CommandParser) -> None:
        """`verify`, as words or as JSON."""
        parser.add_argument("verb", choices=["verify"])
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the verdict; exit 1 when the chain is broken."""
        verdict = verify()
        if options["json"]:
            self.stdout.write(
                json.dumps({"entries": verdict.entries, "broken_at": verdict.broken_at, "head": verdict.head})
            )
        elif verdict.broken_at is None:
            self.stdout.write(f"The chain holds: {verdict.entries} entries, head {verdict.head}.")
        if verdict.broken_at is not None:
            raise CommandError(f"The chain breaks at entry {verdict.broken_at}.")
