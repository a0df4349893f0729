"""`lantoa plan …`: bring an official plan in."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from lantoa.kernel import clock
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User
from lantoa.planning import selectors, services
from lantoa.planning.models import PlanImport
from lantoa.planning.reading.interpret import read_plan
from lantoa.planning.reading.limits import MAX_UPLOAD


class Command(BaseCommand):
    """Reads a plan; `--dry-run` only shows what it found and touches no database."""

    help = "Bring an official plan in (.txt, .docx or .pdf with text)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The subcommand with its options."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        bring = verbs.add_parser("import", help="read a plan and keep it as a draft to confirm")
        bring.add_argument("file", type=Path)
        bring.add_argument("--dry-run", action="store_true", help="only show what was found")
        bring.add_argument("--json", action="store_true", help="print it as JSON")
        bring.add_argument("--by", metavar="EMAIL", help="who brings it in")
        bring.add_argument("--confirm", action="store_true", help="confirm it as read, owners matched by name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the subcommand; a refusal ends with one sentence."""
        try:
            self._import(**options)
        except (LantoaError, AccessDenied) as refusal:
            raise CommandError(str(refusal)) from refusal

    def _import(self, *, file: Path, by: str | None, **options: Any) -> None:
        content = self._bytes(file)
        if options["dry_run"]:
            self._print(read_plan(content, file.name)[1].to_json(), as_json=options["json"])
            return
        person = self._person(by)
        at = clock.now()
        draft = services.import_plan(source=content, filename=file.name, by=person, at=at)
        self._print({"import": draft.pk, **draft.found}, as_json=options["json"])
        if options["confirm"]:
            self._confirm(draft, person, at)

    def _confirm(self, draft: PlanImport, person: User, at: datetime) -> None:
        owners = selectors.matched_owners(draft)
        version = services.confirm_plan(draft_id=draft.pk, by=person, at=at, agency_map=owners)
        self.stderr.write(f"plan {version.plan_id}, version {version.version}: confirmed")

    def _bytes(self, file: Path) -> bytes:
        try:
            with file.open("rb") as stream:
                return stream.read(MAX_UPLOAD + 1)
        except OSError as missing:
            raise CommandError(f"{file}: {missing.strerror}") from missing

    def _person(self, email: str | None) -> User:
        if not email:
            raise CommandError("Say who brings the plan in: --by EMAIL. To look only, add --dry-run.")
        person = User.objects.filter(email__iexact=email, is_active=True).first()
        if person is None:
            raise CommandError(f"No account signs in as {email}.")
        return person

    def _print(self, found: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
            return
        period = found["period"] or {}
        for label, value in (
            ("number", found["number"]),
            ("issued on", found["issued_on"]),
            ("issuer", found["issuer"]),
            ("title", found["title"]),
            ("period", f"{period.get('from_year')} to {period.get('to_year')}" if period else None),
        ):
            self.stdout.write(f"{label:>16}: {value or '(not in the text)'}")
        for key in ("references", "content_lines", "forms", "solutions", "audiences"):
            self.stdout.write(f"{key.replace('_', ' '):>16}: {len(found[key])}")
        for agency in found["agencies"]:
            self.stdout.write(f"{'agency':>16}: {agency['name']}, tasks: {len(agency['tasks'])}")
        self.stdout.write(f"{'lines left over':>16}: {found['unaccounted_lines'] or 'none'}")
