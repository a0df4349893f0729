"""What every list of a province shares: opening it, finding the unit a row means, saying what is wrong with a row."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from lantoa.kernel.access import require
from lantoa.kernel.models import User
from lantoa.kernel.tables import RowError, Table, UnreadableTable, match_headers, read_table
from lantoa.kernel.text import fold
from lantoa.territory import rules, writing
from lantoa.territory.enums import COMMUNE_LEVEL
from lantoa.territory.models import UnitCode, UnitVersion
from lantoa.territory.selectors import subtree_ids

PLACE_COLUMNS: dict[str, tuple[str, ...]] = {
    "commune_code": ("mã xã", "mã đơn vị", "mã xã phường", "mã", "commune code", "unit code", "code"),
    "commune": ("xã", "tên xã", "xã phường", "phường", "xã phường thị trấn", "đơn vị", "tên đơn vị", "unit"),
    "district": ("huyện", "tên huyện", "quận huyện"),
}


@dataclass(slots=True)
class Listing:
    """What a list would bring (dry run) or brought: new rows, rows already on record, and rows that cannot be used."""

    rows: int = 0
    new: int = 0
    known: int = 0
    errors: list[RowError] = field(default_factory=list)
    applied: bool = False


class RowRefused(Exception):
    """This row cannot be used: which column, why, and what to do."""

    def __init__(self, column: str, why: str, what_to_do: str = "") -> None:
        super().__init__(why)
        self.column, self.why, self.what_to_do = column, why, what_to_do

    def at(self, number: int) -> RowError:
        """The refusal as a line of the error file."""
        return RowError(number, self.column, self.why, self.what_to_do)


def open_list(
    content: bytes, filename: str, columns: Mapping[str, Sequence[str]], needed: Sequence[str], by: User | None,
    at: datetime,
) -> tuple[Table, Mapping[str, str]]:  # fmt: skip
    """Check the right, read the table, match its columns and take the lock; raises `UnreadableTable`."""
    if by is not None:
        require(by, rules.CHANGE_UNITS, at=at)
    table = read_table(content, filename)
    found = match_headers(table.headers, {**PLACE_COLUMNS, **columns})
    missing = [columns[name][0] for name in needed if name not in found]
    if "commune_code" not in found and "commune" not in found:
        missing.append(PLACE_COLUMNS["commune"][0])
    if missing:
        raise UnreadableTable(_("These columns are missing: %(columns)s.") % {"columns": ", ".join(missing)})
    writing.lock()
    return table, found


def usable_rows(table: Table, columns: Mapping[str, str], listing: Listing) -> Iterator[tuple[int, dict[str, str]]]:
    """Row number and values by field; rows the reader refused become errors of the listing."""
    for row in table.rows:
        listing.rows += 1
        if row.problem:
            listing.errors.append(RowError(row.number, "", row.problem, _("Correct the cell and import again.")))
        else:
            yield row.number, {name: row.cells[header] for name, header in columns.items()}


class Places:
    """Finds the unit a row means: by code, else by name (and district)."""

    def __init__(self, province_id: int, on: date, *, communes_only: bool) -> None:
        inside = UnitVersion.objects.filter(
            unit_id__in=subtree_ids(province_id, on=on), valid__contains=on, level__lte=COMMUNE_LEVEL
        )
        codes = UnitCode.objects.filter(unit_id__in=inside.values("unit_id"), valid__contains=on)
        self.by_code = dict(codes.values_list("code", "unit_id"))
        self.by_name: dict[str, list[int]] = defaultdict(list)
        self.parents: dict[int, int | None] = {}
        self.above: dict[str, set[int]] = defaultdict(set)
        rows = inside.values_list("unit_id", "name", "short_name", "parent_id", "level")
        for unit_id, name, short, parent_id, level in rows:
            self.parents[unit_id] = parent_id
            for spelling in {fold(name), fold(short)}:
                if level < COMMUNE_LEVEL:
                    self.above[spelling].add(unit_id)
                if level == COMMUNE_LEVEL or not communes_only:
                    self.by_name[spelling].append(unit_id)

    def find(self, values: Mapping[str, str]) -> int:
        """The unit's id; raises `RowRefused` saying what is wrong."""
        if code := values.get("commune_code", ""):
            for spelling in (code, code.zfill(5), code.zfill(3)):  # a spreadsheet drops leading zeros
                if (found := self.by_code.get(spelling)) is not None:
                    return found
            raise RowRefused("commune_code", _("No unit of the province bears the code %(code)s.") % {"code": code},
                              _("Look the code up on the units page."))  # fmt: skip
        name = values.get("commune", "")
        if not name:
            raise RowRefused("commune", _("The commune is not named."), _("Fill in its name or its code."))
        matches = self.by_name.get(fold(name), [])
        if (district := fold(values.get("district", ""))) and len(matches) > 1:
            matches = [unit_id for unit_id in matches if self.parents[unit_id] in self.above[district]]
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise RowRefused("commune", _("Several units are called “%(name)s”.") % {"name": name},
                              _("Add the district or the code."))  # fmt: skip
        raise RowRefused("commune", _("No unit of the province is called “%(name)s”.") % {"name": name},
                          _("Check the spelling, or give the code."))  # fmt: skip
