"""`lantoa report`: keep an agency's figures of a period as a version and write its official document."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lantoa.agencies import selectors as agencies
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.text import fold
from lantoa.reporting import services
from lantoa.reporting.exporting import csv_lines
from lantoa.reporting.figures import from_json


class Command(BaseCommand):
    """Count, keep, write: the document states the version it was written from."""

    help = "Write the official report of an agency and a period as a Word file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose report, which days, where to."""
        parser.add_argument("--agency", required=True, help="the agency's number or its name")
        parser.add_argument("--from", dest="start", required=True, type=date.fromisoformat, help="YYYY-MM-DD")
        parser.add_argument("--to", dest="end", required=True, type=date.fromisoformat, help="YYYY-MM-DD")
        parser.add_argument("--out", required=True, type=Path, help="the .docx to write")
        parser.add_argument("--csv", action="store_true", help="also write the figures beside it, as .csv")

    def handle(self, *args: Any, **options: Any) -> None:
        """Keep the figures (a version that says the same is used again) and write the files."""
        out: Path = options["out"]
        try:
            agency_id = _agency(options["agency"], options["end"])
            version = services.make_version(agency_id, options["start"], options["end"], by=None, at=now())
            out.write_bytes(services.write_document(version.pk))
            if options["csv"]:
                table = "".join(csv_lines(from_json(version.data)))
                out.with_suffix(".csv").write_text(table, encoding="utf-8", newline="")
        except (LantoaError, ValueError, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{out}: version {version.number}, data {version.sha256}")


def _agency(wanted: str, on: date) -> int:
    """The agency of this number, or the one agency whose name that day is this; CommandError otherwise."""
    if wanted.isdigit():
        return int(wanted)
    rows = agencies.agencies_on(min(on, timezone.localdate()))
    found = [row for row in rows if fold(wanted) in (fold(row.name), fold(row.short_name))]
    if len(found) != 1:
        likely = [row for row in rows if fold(wanted) in fold(row.name)][:8]
        names = "".join(f"\n  {row.id}  {row.name}" for row in found or likely)
        raise CommandError(f"{len(found)} agencies are called “{wanted}”. Give a number instead.{names}")
    return found[0].id
