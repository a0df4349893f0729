"""A list of outlets comes in by two steps: uploaded and tried out, then brought in or given up. Nothing half-way."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath

from django.db import transaction
from django.utils.translation import gettext as _
from psycopg.types.range import DateRange

from lantoa.kernel import audit, clock
from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User
from lantoa.kernel.tables import RowError, match_headers, read_table
from lantoa.kernel.text import normalise
from lantoa.outlets import own_settings
from lantoa.outlets.enums import ImportState
from lantoa.outlets.models import Outlet, OutletImport
from lantoa.outlets.rows import REQUIRED, ReadOutlet, RowReader, headers
from lantoa.outlets.rules import MANAGE
from lantoa.territory.selectors import reach_ids


class ImportRefusedError(LantoaError):
    """The list as a whole cannot come in; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What an import would do: outlets to come in, and what is wrong with the other rows."""

    outlets: list[ReadOutlet]
    errors: list[RowError]
    rows: int


@transaction.atomic
def start_import(*, by: User, at: datetime, content: bytes, file_name: str, kind: str, unit_id: int) -> OutletImport:
    """Keep an uploaded list and try it out; no outlet is made. Raises `UnreadableTable` or `ImportRefusedError`."""
    require(by, MANAGE, unit_id=unit_id, at=at)
    row = OutletImport(
        kind=kind, unit_id=unit_id, file_name=normalise(PurePath(file_name).name)[-200:], content=content,
        sha256=sha256(content).hexdigest(), created_by=by, created_at=at,
    )  # fmt: skip
    _keep(row, trial(row, at=at), ImportState.TRIED)
    facts = {"sha256": row.sha256, "kind": kind, "unit": unit_id}
    audit.record("outlets.import_tried", by=by, at=at, subject=f"outlets.outletimport:{row.pk}", facts=facts)
    return row


@transaction.atomic
def run_import(*, by: User, at: datetime, import_id: int) -> OutletImport:
    """Bring in the rows that hold, checked once more against the outlets of this moment, and drop the file."""
    row = OutletImport.objects.select_for_update().get(pk=import_id)
    require(by, MANAGE, unit_id=row.unit_id, at=at)
    if row.state != ImportState.TRIED:
        raise ImportRefusedError(_("This list is finished. Upload it again to import it anew."))
    found = trial(row, at=at)
    if not found.outlets:
        raise ImportRefusedError(_("No row of this list can come in. Correct the rows named, then upload it again."))
    Outlet.objects.bulk_create([_outlet(row.kind, read, by, at) for read in found.outlets])
    row.content, row.finished_at = b"", at
    _keep(row, found, ImportState.DONE)
    facts = {"accepted": row.accepted, "refused": row.refused, "sha256": row.sha256}
    audit.record("outlets.import_finished", by=by, at=at, subject=f"outlets.outletimport:{row.pk}", facts=facts)
    return row


@transaction.atomic
def cancel_import(*, by: User, at: datetime, import_id: int) -> OutletImport:
    """Give the list up and drop its content."""
    row = OutletImport.objects.select_for_update().get(pk=import_id)
    require(by, MANAGE, unit_id=row.unit_id, at=at)
    if row.state == ImportState.TRIED:
        row.state, row.content, row.finished_at = ImportState.CANCELLED, b"", at
        row.save(update_fields=["state", "content", "finished_at"])
        audit.record("outlets.import_cancelled", by=by, at=at, subject=f"outlets.outletimport:{row.pk}")
    return row


def trial(row: OutletImport, *, at: datetime) -> Trial:
    """Read the kept list: doubles in it, and outlets known already, stay out."""
    today = clock.local(at).date()
    table = read_table(bytes(row.content), row.file_name)
    mapping = match_headers(table.headers, headers(row.kind))
    if missing := [name for name in REQUIRED if name not in mapping]:
        names = ", ".join(headers(row.kind)[name][0] for name in missing)
        raise ImportRefusedError(_("The list has no column “%(names)s”. Add it, then upload again.") % {"names": names})
    reader = RowReader(row.kind, mapping, frozenset(reach_ids(row.unit_id, on=today)), today)
    known = _known(row.kind, reader.allowed_units)
    kept: list[ReadOutlet] = []
    errors: list[RowError] = []
    count = 0
    for line in table.rows:
        count += 1
        read = reader.read(line)
        if isinstance(read, list):
            errors += read
        elif (key := (read.unit_id, read.facts.hamlet_id, read.facts.name)) in known:
            errors.append(RowError(read.number, "", known[key], _("Nothing to do: it stands in the list of outlets.")))
        else:
            known[key] = _("The same outlet stands in row %(number)d.") % {"number": read.number}
            kept.append(read)
    return Trial(kept, errors, count)


def _known(kind: str, units: Iterable[int]) -> dict[tuple[int, int | None, str], str]:
    rows = Outlet.objects.filter(kind=kind, unit_id__in=list(units)).values_list("unit_id", "hamlet_id", "name")
    return dict.fromkeys(rows, _("This outlet is already known."))


def _outlet(kind: str, read: ReadOutlet, by: User, at: datetime) -> Outlet:
    facts = read.facts
    form = own_settings.form_class(kind)(dict(facts.settings))
    form.is_valid()  # as the trial found it
    return Outlet(
        kind=kind, unit_id=read.unit_id, hamlet_id=facts.hamlet_id, name=facts.name, keeper=facts.keeper,
        language=facts.language, quantity=facts.quantity, settings=own_settings.kept(form),
        valid=DateRange(facts.starts, facts.ends, "[]"), created_by=by, created_at=at, changed_at=at,
    )  # fmt: skip


def _keep(row: OutletImport, found: Trial, state: ImportState) -> None:
    row.rows, row.accepted = found.rows, len(found.outlets)
    row.refused = found.rows - row.accepted
    row.problems, row.state = [asdict(error) for error in found.errors], state
    row.save()


def problems(row: OutletImport) -> Iterable[RowError]:
    """The kept errors of an import, by row."""
    return (RowError(**problem) for problem in row.problems)
