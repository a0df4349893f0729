"""One row of a list of outlets, read into facts or into sentences that say what to put right; and the way back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from lantoa.kernel.tables import Row, RowError
from lantoa.kernel.text import fold, normalise
from lantoa.outlets import own_settings
from lantoa.outlets.enums import Language
from lantoa.outlets.facts import Facts
from lantoa.territory.naming import find_units_by_name
from lantoa.territory.selectors import UnknownUnit, unit_by_code

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("tên", "tên điểm", "tên điểm truyền thông", "outlet"),
    "unit_code": ("mã đơn vị", "mã xã", "unit code"),
    "unit": ("đơn vị", "xã phường", "xã, phường", "xã", "phường", "địa bàn"),
    "hamlet": ("ấp khóm", "ấp, khóm", "khóm ấp", "khóm, ấp", "ấp", "khóm", "thôn"),
    "quantity": ("số lượng", "số bản"),
    "keeper": ("người trông coi", "người trông coi (chức danh)", "phụ trách"),
    "language": ("ngôn ngữ", "tiếng"),
    "starts": ("dùng từ ngày", "từ ngày", "from"),
    "ends": ("đến ngày", "đến hết ngày", "to"),
}
"""What a list tells of an outlet beside the kind's own questions, and the headers people give it; the first is written
out."""

REQUIRED: Final = ("name",)
_LANGUAGES: Final = {
    "": Language.VIETNAMESE, "vi": Language.VIETNAMESE, "viet": Language.VIETNAMESE, "tieng viet": Language.VIETNAMESE,
    "km": Language.KHMER, "khmer": Language.KHMER, "tieng khmer": Language.KHMER,
    "en": Language.ENGLISH, "anh": Language.ENGLISH, "tieng anh": Language.ENGLISH,
}  # fmt: skip


def headers(kind: str) -> dict[str, tuple[str, ...]]:
    """Field → the headers it goes by, the kind's own questions by their labels last."""
    own = own_settings.form_class(kind).base_fields
    return {**FIELDS, **{f"own:{name}": (str(one.label or name), name) for name, one in own.items()}}


@dataclass(frozen=True, slots=True)
class ReadOutlet:
    """A row that may come in."""

    number: int
    unit_id: int
    facts: Facts


class Wrong(Exception):
    """One field of a row cannot be used: which, why, and what to do."""

    def __init__(self, name: str, why: str, what_to_do: str) -> None:
        super().__init__(why)
        self.name, self.why, self.what_to_do = name, why, what_to_do


type Cells = Mapping[str, str]


@dataclass(slots=True)
class RowReader:
    """Reads rows of one list; remembers the units it has looked up."""

    kind: str
    mapping: Mapping[str, str]
    allowed_units: frozenset[int]
    on: date
    _units: dict[tuple[str, str, date], int | str] = field(default_factory=dict)

    def read(self, row: Row) -> ReadOutlet | list[RowError]:
        """The outlet, or every error of the row at once."""
        if row.problem:
            return [RowError(row.number, "", row.problem, _("Put the cell right and import this row again."))]
        cells = {name: row.cells.get(header, "") for name, header in self.mapping.items()}
        found: dict[str, Any] = {}
        errors: list[RowError] = []
        parts: tuple[Callable[[Cells], dict[str, Any]], ...] = (
            lambda cells: _days(cells, self.on), _name, _plain, self._settings,
            lambda cells: self._place(cells, found.get("starts", self.on)),
        )  # fmt: skip
        for part in parts:
            try:
                found |= part(cells)
            except Wrong as wrong:
                errors.append(RowError(row.number, self._header(wrong.name), wrong.why, wrong.what_to_do))
        return errors or ReadOutlet(row.number, found.pop("unit_id"), Facts(**found))

    def _header(self, name: str) -> str:
        return self.mapping.get(name) or headers(self.kind)[name][0]

    def _place(self, cells: Cells, day: date) -> dict[str, Any]:
        code, name = cells.get("unit_code", ""), cells.get("unit", "")
        if (code, name, day) not in self._units:
            self._units[code, name, day] = self._unit(code, name, day)
        unit = self._units[code, name, day]
        if isinstance(unit, str):
            raise Wrong("unit_code" if code else "unit", unit, _("Write it as the units page shows it."))
        hamlet = cells.get("hamlet", "")
        return {"unit_id": unit, "hamlet_id": hamlet_in(hamlet, unit, on=day) if hamlet else None}

    def _unit(self, code: str, name: str, day: date) -> int | str:
        if not code and not name:
            return _("No unit is stated.")
        try:
            found = [unit_by_code(code, on=day).pk] if code else _named(name, day)
        except UnknownUnit as unknown:
            return str(unknown)
        inside = [unit_id for unit_id in found if unit_id in self.allowed_units]
        if len(inside) == 1:
            return inside[0]
        if inside:
            return _("Several units bear this name. Give the code too.")
        return _("This unit is outside your area.") if found else _("There is no such unit.")

    def _settings(self, cells: Cells) -> dict[str, Any]:
        given = {name.removeprefix("own:"): cell for name, cell in cells.items() if name.startswith("own:")}
        typed = own_settings.as_typed(self.kind, given)
        form = own_settings.form_class(self.kind)(typed)
        if not form.is_valid():
            name, errors = next(iter(form.errors.items()))
            raise Wrong(f"own:{name}", str(errors[0]), _("Put it right, or leave it empty if it may be."))
        return {"settings": typed}


class UnknownHamlet(Wrong):
    """The unit has no hamlet of this name."""


def hamlet_in(name: str, unit_id: int, *, on: date) -> int:
    """The hamlet of this name in a unit; raises UnknownHamlet."""
    inside = [match.unit_id for match in find_units_by_name(name, on=on) if match.parent_id == unit_id]
    if len(inside) != 1:
        why = _("The unit has no hamlet of this name.")
        raise UnknownHamlet("hamlet", why, _("Leave it empty, or import hamlets first."))
    return inside[0]


def _named(name: str, on: date) -> list[int]:
    return [match.unit_id for match in find_units_by_name(name, on=on)]


def _name(cells: Cells) -> dict[str, Any]:
    name = normalise(cells.get("name", ""))
    if not name:
        raise Wrong("name", _("The outlet has no name."), _("Write how people there call it."))
    if len(name) > 160:
        raise Wrong("name", _("The name is longer than 160 characters."), _("Shorten it."))
    return {"name": name}


def _plain(cells: Cells) -> dict[str, Any]:
    quantity = cells.get("quantity", "").replace(".", "") or "1"
    if not quantity.isdecimal() or not 1 <= int(quantity) <= 10_000_000:
        raise Wrong("quantity", _("This is not a number of copies."), _("Write a whole number, 1 or more."))
    language = _LANGUAGES.get(fold(cells.get("language", "")))
    if language is None:
        raise Wrong("language", _("This language is not known."), _("Write Vietnamese, Khmer or English."))
    return {"quantity": int(quantity), "language": language.value, "keeper": normalise(cells.get("keeper", ""))[:120]}


def _days(cells: Cells, today: date) -> dict[str, Any]:
    starts, ends = _day(cells, "starts") or today, _day(cells, "ends")
    if ends and ends < starts:
        raise Wrong("ends", _("The last day in use lies before the first."), _("Put one of them right."))
    return {"starts": starts, "ends": ends}


def _day(cells: Cells, name: str) -> date | None:
    typed = cells.get(name, "")
    if not typed:
        return None
    try:
        return date.fromisoformat(typed) if "-" in typed[:5] else datetime.strptime(typed, "%d/%m/%Y").date()  # noqa: DTZ007
    except ValueError:
        raise Wrong(name, _("This is not a date."), _("Write it as 31/12/2025.")) from None


def header_row(kind: str) -> list[str]:
    """The first line of a list that can be read in again."""
    return [names[0].capitalize() for names in headers(kind).values()]


def cells_of(kind: str, facts: Sequence[str], settings: Mapping[str, Any]) -> list[str]:
    """One line of it: the common facts in their order, then the kind's own."""
    return [*facts, *own_settings.as_cells(kind, settings).values()]
