"""A list of clippings: read as a whole, every wrong row named; nothing comes in before every row can."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.kernel.models import User
from lantoa.kernel.tables import Row, RowError, UnreadableTable, match_headers, read_table
from lantoa.pressroom.rows import FIELDS, REQUIRED, read
from lantoa.pressroom.services import Facts, enter_list, entered_already, not_come_yet


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """How many came in, and what is wrong with the others; with any wrong row nothing came in."""

    entered: int
    errors: tuple[RowError, ...]


def bring_in(*, unit_id: int, content: bytes, filename: str, by: User, at: datetime) -> BroughtIn:
    """Enter every row of a .csv or .xlsx file, or none: then each wrong row is named, doubles included.

    Raises `UnreadableTable`.
    """
    table = read_table(content, filename)
    columns = match_headers(table.headers, FIELDS)
    if missing := [FIELDS[name][0] for name in REQUIRED if name not in columns]:
        raise UnreadableTable(
            _("These columns are missing: %(names)s. Add them, then choose the file again.")
            % {"names": ", ".join(missing)}
        )
    pieces, errors = _read_all(table.rows, columns, timezone.localdate(at))
    if not errors:
        facts = [one for _number, one in pieces]
        doubles = enter_list(unit_id=unit_id, pieces=facts, by=by, at=at)
        errors = [_double(*pieces[place]) for place in doubles]
    return BroughtIn(0 if errors else len(pieces), tuple(errors))


def _read_all(
    rows: Iterable[Row], columns: Mapping[str, str], today: date
) -> tuple[list[tuple[int, Facts]], list[RowError]]:
    pieces: list[tuple[int, Facts]] = []
    errors: list[RowError] = []
    for row in rows:
        found = read(row, columns)
        if isinstance(found, RowError):
            errors.append(found)
        elif found.told_on > today:
            errors.append(RowError(row.number, columns["told_on"], not_come_yet()))
        else:
            pieces.append((row.number, found))
    return pieces, errors


def _double(number: int, facts: Facts) -> RowError:
    return RowError(number, "", entered_already(facts), _("Take this row out of the list."))
