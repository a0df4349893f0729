"""`lantoa units …`: load, reform, count and trace administrative units."""

import argparse
import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from lantoa.kernel import clock
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.tables import write_error_file
from lantoa.territory import packages, selectors, services
from lantoa.territory.services import Outcome
from lantoa.territory.services.outcome import day_text
from lantoa.territory.services.sheets import BYTES

LISTS = {"hamlets": services.import_hamlets, "designations": services.import_designations}


def a_day(text: str) -> date:
    """A date on the command line, as 2025-07-01."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2025-07-01") from None


class Command(BaseCommand):
    """Each subcommand may be run twice: the second time nothing changes, and it says so."""

    help = "Load, reform, count and trace administrative units."

    def add_arguments(self, parser: CommandParser) -> None:
        """The subcommands with their options."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        load = verbs.add_parser("load", help="put a province on record as it stood on a day")
        load.add_argument("--province", required=True, help='its code, or "all"')
        load.add_argument("--as-of", type=a_day, required=True)
        reform = verbs.add_parser("reform", help="apply the merger of July 2025")
        reform.add_argument("--province", required=True, help='its code after the merger, or "all"')
        reform.add_argument("--on", type=a_day, required=True)
        reform.add_argument("--between", type=a_day, help="the day of the changes since the loading, if known")
        reform.add_argument("--decision", default="")
        count = verbs.add_parser("count", help="districts, communes and hamlets on a day")
        count.add_argument("--province", required=True)
        count.add_argument("--on", type=a_day, required=True)
        count.add_argument("--json", action="store_true")
        for kind in LISTS:
            listing = verbs.add_parser(kind, help=f"bring in a list of {kind} (CSV or XLSX)")
            listing.add_argument("file", type=Path)
            listing.add_argument("--province", required=True)
            listing.add_argument("--on", type=a_day, required=True, help="the day whose units the list names")
            listing.add_argument("--errors", type=Path, help="where to write the rows that cannot be used (CSV)")
            listing.add_argument("--dry-run", action="store_true")
        boundaries = verbs.add_parser("boundaries", help="bring in real boundaries for the map (GeoJSON, WGS 84)")
        boundaries.add_argument("file", type=Path)
        boundaries.add_argument("--province", required=True)
        boundaries.add_argument("--on", type=a_day, required=True, help="the day whose units the file draws")
        boundaries.add_argument("--source", required=True, help="whose boundaries they are; the map names it")
        boundaries.add_argument("--code-field", default="", help="the property that holds the unit's code")
        boundaries.add_argument("--name-field", default="", help="the property that holds the unit's name")
        boundaries.add_argument(
            "--bytes", dest="most_bytes", type=int, default=BYTES, help="how heavy the outlines may be on a page"
        )
        boundaries.add_argument("--dry-run", action="store_true")
        layout = verbs.add_parser("layout", help="bring in the places of the map's tiles (CSV or XLSX)")
        layout.add_argument("file", type=Path)
        layout.add_argument("--province", required=True)
        layout.add_argument("--on", type=a_day, required=True, help="the day whose units the list places")
        layout.add_argument("--source", default="", help="who placed them; the file's name when empty")
        layout.add_argument("--dry-run", action="store_true")
        history = verbs.add_parser("history", help="every unit a code has meant, and what became of it")
        history.add_argument("code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one subcommand; a refusal ends with one sentence."""
        verb = self._list if options["verb"] in LISTS else getattr(self, f"_{options['verb']}")
        try:
            verb(**options)
        except LantoaError as refusal:
            raise CommandError(str(refusal)) from refusal

    def _load(self, *, province: str, as_of: date, **_options: Any) -> None:
        every = packages.state_2022() if as_of < services.REFORM_DAY else packages.state_after()
        codes = [code for code in every if len(code) == 2] if province == "all" else [province]
        for code in codes:
            self._tell(code, services.load_units(province=code, as_of=as_of, at=clock.now()))

    def _reform(self, *, province: str, on: date, between: date | None, decision: str, **_options: Any) -> None:
        every = sorted(set(packages.province_passages().values()))
        for code in every if province == "all" else [province]:
            outcome = services.apply_reform(province=code, on=on, between=between, decision=decision, at=clock.now())
            self._tell(code, outcome)

    def _tell(self, code: str, outcome: Outcome) -> None:
        if not outcome.changed:
            self.stdout.write(f"{code}: already on record; nothing changed.")
            return
        self.stdout.write(f"{code}: " + ", ".join(f"{number} {what}" for what, number in outcome.counts.items()) + ".")
        for doubt in outcome.doubts:
            said = "; ".join(f"{source}: {words}" for source, words in doubt.readings.items())
            self.stdout.write(f"  in doubt: {doubt.code}, {doubt.about}: {said} → {doubt.taken}")

    def _count(self, *, province: str, on: date, json: bool, **_options: Any) -> None:
        counts = selectors.count(selectors.province(province, on).pk, on)
        self.stdout.write(_json(asdict(counts)) if json else f"{day_text(on)}: {_words(asdict(counts))}")

    def _list(
        self, *, verb: str, file: Path, province: str, on: date, errors: Path | None, dry_run: bool, **_options: Any
    ) -> None:
        content = _content(file)
        listing = LISTS[verb](
            content=content, filename=file.name, province_id=selectors.province(province, on).pk, on=on, by=None,
            at=clock.now(), dry_run=dry_run,
        )  # fmt: skip
        what = "would be put on record" if dry_run else "put on record"
        self.stdout.write(
            f"{listing.rows} rows: {listing.new} {what}, {listing.known} already there, {len(listing.errors)} in error."
        )
        if not listing.new:
            self.stdout.write("Nothing changed.")
        for wrong in listing.errors[:20]:
            self.stdout.write(f"  row {wrong.number}: {wrong.why} {wrong.what_to_do}")
        if listing.errors and errors:
            errors.write_bytes(write_error_file(listing.errors))
            self.stdout.write(f"  all rows in error: {errors}")

    def _boundaries(
        self, *, file: Path, province: str, on: date, source: str, code_field: str, name_field: str, most_bytes: int,
        dry_run: bool, **_options: Any,
    ) -> None:  # fmt: skip
        found = services.import_boundaries(
            content=_content(file), province_id=selectors.province(province, on).pk, on=on, credit=source, by=None,
            at=clock.now(), code_field=code_field, name_field=name_field, most_bytes=most_bytes, dry_run=dry_run,
        )  # fmt: skip
        self.stdout.write(
            f"{found.by_code} communes found by code, {found.by_name} by name,"
            f" {len(found.unmatched)} features fit none, {len(found.without)} communes have no outline;"
            f" {found.places} places drawn."
        )
        for called, why in found.unmatched:
            self.stdout.write(f"  not taken: {called}: {why}")
        for name in found.without:
            self.stdout.write(f"  without outline: {name}")
        if not found.new:
            self.stdout.write("Nothing changed.")

    def _layout(self, *, file: Path, province: str, on: date, source: str, dry_run: bool, **_options: Any) -> None:
        listing = services.import_layout(
            content=_content(file), filename=file.name, province_id=selectors.province(province, on).pk, on=on,
            credit=source, by=None, at=clock.now(), dry_run=dry_run,
        )  # fmt: skip
        for wrong in listing.errors:
            self.stdout.write(f"  row {wrong.number}: {wrong.field}: {wrong.why} {wrong.what_to_do}")
        if listing.errors:
            raise CommandError("The list has errors; nothing changed.")
        self.stdout.write(f"{listing.new} tiles placed." if listing.new and not dry_run else "Nothing changed.")

    def _history(self, *, code: str, **_options: Any) -> None:
        today = clock.today()
        for bearer in selectors.bearers(code):
            upper = day_text(bearer.valid.upper) if bearer.valid.upper else "…"
            self.stdout.write(f"{code} {day_text(bearer.valid.lower)} – {upper}")
            for version in selectors.history(bearer.unit_id):
                self.stdout.write(f"  {version.name}, from {day_text(version.valid.lower)}")
            heirs = [unit.pk for unit in selectors.successors(bearer.unit_id, today)]
            names = selectors.names_on(heirs, today)
            self.stdout.write("  today: " + (", ".join(names[heir] for heir in heirs) or "–"))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error


def _json(facts: dict[str, int]) -> str:
    return json.dumps(facts)


def _words(facts: dict[str, int]) -> str:
    return ", ".join(f"{number} {what}" for what, number in facts.items())
