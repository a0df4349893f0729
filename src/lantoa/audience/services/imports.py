"""A list comes in by four steps: uploaded, mapped and tried out, confirmed; or given up. Nothing half-way."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, time
from hashlib import sha256
from pathlib import PurePath

from django.db import connection, transaction
from django.utils.translation import gettext as _

from lantoa.audience.contact_rows import FIELDS, REQUIRED, ReadContact, RowReader, group_names
from lantoa.audience.enums import ImportState, Means
from lantoa.audience.models import AudienceGroup, ConsentWording, ContactImport
from lantoa.audience.rules import IMPORT_PEOPLE
from lantoa.audience.selectors import current_wordings
from lantoa.audience.services.storing import Agreement, Contact, refresh_statistics, store_contacts
from lantoa.kernel import audit, clock
from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User
from lantoa.kernel.tables import RowError, Table, match_headers, read_table
from lantoa.kernel.text import fold, normalise
from lantoa.territory.selectors import reach_ids


class ImportRefusedError(LantoaError):
    """The list as a whole cannot come in; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What an import would do: contacts to come in, and what is wrong with the other rows."""

    contacts: list[ReadContact]
    errors: list[RowError]
    rows: int

    @property
    def refused(self) -> int:
        """Rows that stay out."""
        return self.rows - len(self.contacts)


@transaction.atomic
def start_import(
    *, by: User, at: datetime, content: bytes, file_name: str, unit_id: int, purpose: str
) -> ContactImport:
    """Keep an uploaded list for its check; raises `UnreadableTable` for a file that cannot be read."""
    require(by, IMPORT_PEOPLE, unit_id=unit_id, at=at)
    table = read_table(content, file_name)
    row = ContactImport.objects.create(
        unit_id=unit_id,
        purpose=purpose,
        file_name=normalise(PurePath(file_name).name)[-200:],
        sha256=sha256(content).hexdigest(),
        content=content,
        mapping=match_headers(table.headers, FIELDS),
        created_by=by,
        created_at=at,
    )
    facts = {"sha256": row.sha256, "unit": unit_id, "purpose": purpose}
    audit.record("audience.import_started", by=by, at=at, subject=f"audience.contactimport:{row.pk}", facts=facts)
    return row


@transaction.atomic
def try_import(*, by: User, at: datetime, import_id: int, mapping: Mapping[str, str]) -> ContactImport:
    """Check every row by this mapping (field → header) and keep the outcome; no person is made.

    Raises `ImportRefusedError` when a required column is not named or the list is already done.
    """
    row = _open(by, at, import_id)
    table = _table(row)
    row.mapping = {name: header for name, header in mapping.items() if name in FIELDS and header in table.headers}
    if missing := [name for name in REQUIRED if name not in row.mapping]:
        raise ImportRefusedError(
            _("Without a column for %(names)s nobody may be written to. Add it to the list, then upload again.")
            % {"names": ", ".join(FIELDS[name][0] for name in missing)}
        )
    _keep(row, trial(row, at=at), ImportState.MAPPED)
    return row


@transaction.atomic
def run_import(*, by: User, at: datetime, import_id: int) -> ContactImport:
    """Bring in the rows that hold, checked once more against the vault of this moment, and drop the file.

    Every consent event carries the file's SHA-256 and the row as proof and the day the person agreed as its time.
    """
    row = _open(by, at, import_id)
    if row.state != ImportState.MAPPED:
        raise ImportRefusedError(_("Check the list first, then bring it in."))
    found = trial(row, at=at)
    if not found.contacts:
        raise ImportRefusedError(_("No row of this list can come in. Correct the rows named, then upload it again."))
    wordings = {language: current_wordings(language)[row.purpose] for language in ("vi", "km", "en")}
    contacts = [_contact(row, read, wordings[read.language]) for read in found.contacts]
    store_contacts(contacts, at=at, since=clock.local(at).date(), operator_id=by.pk)
    refresh_statistics()
    row.content, row.finished_at = b"", at
    _keep(row, found, ImportState.DONE)
    facts = {"accepted": row.accepted, "refused": row.refused, "sha256": row.sha256}
    audit.record("audience.import_finished", by=by, at=at, subject=f"audience.contactimport:{row.pk}", facts=facts)
    return row


@transaction.atomic
def cancel_import(*, by: User | None, at: datetime, import_id: int) -> ContactImport:
    """Give the list up and drop its content."""
    row = ContactImport.objects.select_for_update().get(pk=import_id)
    if by is not None:
        require(by, IMPORT_PEOPLE, unit_id=row.unit_id, at=at)
    if row.state in (ImportState.UPLOADED, ImportState.MAPPED):
        row.state, row.content, row.finished_at = ImportState.CANCELLED, b"", at
        row.save(update_fields=["state", "content", "finished_at"])
        audit.record("audience.import_cancelled", by=by, at=at, subject=f"audience.contactimport:{row.pk}")
    return row


def trial(row: ContactImport, *, at: datetime) -> Trial:
    """Read the kept list by its mapping: doubles in the list and in the vault, and silenced addresses, stay out."""
    today = clock.local(at).date()
    reader = RowReader(
        row.mapping,
        frozenset(reach_ids(row.unit_id, on=today)),
        today,
        group_names(AudienceGroup.objects.all()),
    )
    contacts: list[ReadContact] = []
    errors: list[RowError] = []
    seen: dict[tuple[str, str, str], int] = {}
    count = 0
    for line in _table(row).rows:
        count += 1
        read = reader.read(line)
        if isinstance(read, list):
            errors += read
        elif twin := _seen_before(read, seen):
            why = _("The same person stands in row %(number)d.") % {"number": twin}
            errors.append(RowError(read.number, "", why, _("Nothing to do: the first row counts.")))
        else:
            contacts.append(read)
    kept, known = _against_vault(contacts)
    return Trial(kept, sorted(errors + known, key=lambda error: error.number), count)


def _seen_before(read: ReadContact, seen: dict[tuple[str, str, str], int]) -> int | None:
    keys = [(*pair, fold(read.name)) for pair in read.addresses]
    twin = next((seen[key] for key in keys if key in seen), None)
    if twin is None:
        seen.update(dict.fromkeys(keys, read.number))
    return twin


_KNOWN = """
SELECT a.channel, a.digest, coalesce(n.name, '') FROM audience_address a
LEFT JOIN audience_vault_name n USING (person_id) WHERE a.digest = ANY(%s) AND a.erased_at IS NULL
"""
_SILENCED = "SELECT channel, digest FROM audience_suppression WHERE digest = ANY(%s) AND lifted_at IS NULL"


def _against_vault(contacts: list[ReadContact]) -> tuple[list[ReadContact], list[RowError]]:
    digests = {contact.number: contact.digests for contact in contacts}
    wanted = [code for pairs in digests.values() for _channel, code in pairs]
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [wanted])
        known = {(channel, code, fold(name)) for channel, code, name in cursor.fetchall()}
        cursor.execute(_SILENCED, [wanted])
        silenced = set(cursor.fetchall())
    kept: list[ReadContact] = []
    errors: list[RowError] = []
    for contact in contacts:
        pairs = digests[contact.number]
        if any((*pair, fold(contact.name)) in known for pair in pairs):
            errors.append(_row_error(contact, _("This person is already known."), _("Nothing to do.")))
        elif any(pair in silenced for pair in pairs):
            why = _("The owner of this address asked for no more messages.")
            errors.append(_row_error(contact, why, _("Leave it out. Only the owner can change this, by subscribing.")))
        else:
            kept.append(contact)
    return kept, errors


def _row_error(contact: ReadContact, why: str, what_to_do: str) -> RowError:
    return RowError(contact.number, "", why, what_to_do)


def _contact(row: ContactImport, read: ReadContact, wording: ConsentWording) -> Contact:
    return Contact(
        unit_id=read.unit_id,
        hamlet_id=read.hamlet_id,
        name=read.name,
        language=read.language,
        preferred_channel=read.preferred,
        addresses=read.addresses,
        groups=read.groups,
        source=f"import:{row.pk}",
        legal_basis=read.basis,
        agreements=[Agreement(row.purpose, channel, wording.pk) for channel in read.consent_channels],
        said_at=datetime.combine(read.consented_on, time(), clock.ZONE),
        means=Means.IMPORT,
        proof={"import": str(row.public_id), "file_sha256": row.sha256, "row": read.number},
    )


def _open(by: User, at: datetime, import_id: int) -> ContactImport:
    row = ContactImport.objects.select_for_update().get(pk=import_id)
    require(by, IMPORT_PEOPLE, unit_id=row.unit_id, at=at)
    if row.state not in (ImportState.UPLOADED, ImportState.MAPPED):
        raise ImportRefusedError(_("This list is finished. Upload it again to import it anew."))
    return row


def _table(row: ContactImport) -> Table:
    return read_table(bytes(row.content), row.file_name)


def _keep(row: ContactImport, found: Trial, state: ImportState) -> None:
    row.rows, row.accepted, row.refused = found.rows, len(found.contacts), found.refused
    row.problems, row.state = [asdict(error) for error in found.errors], state
    row.save()


def problems(row: ContactImport) -> Iterable[RowError]:
    """The kept errors of an import, by row."""
    return (RowError(**problem) for problem in row.problems)
