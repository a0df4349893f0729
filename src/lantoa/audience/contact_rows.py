"""One row of a stranger's list, read into a contact or into sentences that say what to put right."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from lantoa.audience.addresses import BadAddressError, digest, normalise
from lantoa.audience.enums import Language
from lantoa.audience.models import AudienceGroup
from lantoa.kernel.tables import Row, RowError
from lantoa.kernel.text import fold
from lantoa.territory.naming import find_units_by_name
from lantoa.territory.selectors import UnknownUnit, unit_by_code

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("họ tên", "họ và tên", "tên", "full name"),
    "phone": ("điện thoại", "số điện thoại", "sđt", "di động", "mobile"),
    "email": ("thư điện tử", "e-mail", "địa chỉ email", "mail"),
    "zalo": ("mã zalo", "zalo id", "id zalo"),
    "commune": ("xã", "xã phường", "xã/phường/thị trấn", "phường", "địa bàn"),
    "commune_code": ("mã xã", "mã đơn vị", "unit code"),
    "hamlet": ("ấp", "khóm", "ấp khóm", "khóm ấp", "thôn"),
    "language": ("ngôn ngữ", "tiếng"),
    "groups": ("nhóm", "đối tượng", "nhóm đối tượng", "group"),
    "preferred": ("kênh ưu tiên", "kênh thích nhất", "preferred channel"),
    "basis": ("căn cứ", "căn cứ pháp lý", "cơ sở pháp lý", "legal basis"),
    "consented_on": ("ngày đồng ý", "consent date", "ngày ký"),
    "consent_channels": ("kênh đồng ý", "đồng ý nhận qua", "consent channels"),
}
"""What a list may tell of a person, and the headers people give it; folded when compared."""

REQUIRED: Final = ("basis", "consented_on", "consent_channels")
"""Without these nobody may be written to, so a list without their columns is not taken."""

ADDRESS_FIELDS: Final[Mapping[str, str]] = {"phone": "sms", "email": "email", "zalo": "zalo"}

_CHANNELS: Final = {
    "zalo": "zalo", "zbs": "zbs", "zns": "zbs", "zalo zns": "zbs", "zalo theo so": "zbs",
    "sms": "sms", "tin nhan": "sms", "dien thoai": "sms", "phone": "sms",
    "email": "email", "e-mail": "email", "thu dien tu": "email", "thu": "email",
}  # fmt: skip
_LANGUAGES: Final = {
    "": Language.VIETNAMESE, "vi": Language.VIETNAMESE, "tieng viet": Language.VIETNAMESE, "viet": Language.VIETNAMESE,
    "kinh": Language.VIETNAMESE, "vietnamese": Language.VIETNAMESE,
    "km": Language.KHMER, "khmer": Language.KHMER, "tieng khmer": Language.KHMER,
    "en": Language.ENGLISH, "english": Language.ENGLISH, "tieng anh": Language.ENGLISH,
}  # fmt: skip

_NO_BASIS: Final = frozenset({"", "khong", "khong co", "khong ro", "chua", "chua co", "chua ro", "none", "no", "n a"})
"""What people write where nothing is known: no more a basis than an empty cell."""


@dataclass(frozen=True, slots=True)
class ReadContact:
    """A row that may come in: everything resolved, nothing stored yet."""

    number: int
    name: str
    unit_id: int
    hamlet_id: int | None
    language: str
    groups: tuple[int, ...]
    preferred: str | None
    addresses: tuple[tuple[str, str], ...]
    basis: str
    consented_on: date
    consent_channels: tuple[str, ...]

    @property
    def digests(self) -> list[tuple[str, str]]:
        """(channel, digest) of each address."""
        return [(channel, digest(channel, value)) for channel, value in self.addresses]


class Wrong(Exception):
    """One field of a row cannot be used: which, why, and what to do."""

    def __init__(self, name: str, why: str, what_to_do: str) -> None:
        super().__init__(why)
        self.name, self.why, self.what_to_do = name, why, what_to_do


type Cells = Mapping[str, str]


@dataclass(slots=True)
class RowReader:
    """Reads rows by a mapping (field → header) for one list; remembers units it has looked up."""

    mapping: Mapping[str, str]
    allowed_units: frozenset[int]
    on: date
    groups: Mapping[str, int]
    _communes: dict[tuple[str, str], int | str] = field(default_factory=dict)
    _hamlets: dict[tuple[str, int], int | str] = field(default_factory=dict)

    def read(self, row: Row) -> ReadContact | list[RowError]:
        """The contact, or every error of the row at once."""
        if row.problem:
            return [RowError(row.number, "", row.problem, _("Put the cell right and import this row again."))]
        cells = {name: row.cells.get(header, "") for name, header in self.mapping.items()}
        parts: tuple[Callable[[Cells], dict[str, Any]], ...] = (
            _name, self._place, _language, self._groups, _contact, _basis, lambda cells: _consented_on(cells, self.on),
        )  # fmt: skip
        read: dict[str, Any] = {}
        errors = []
        for part in parts:
            try:
                read |= part(cells)
            except Wrong as wrong:
                column = self.mapping.get(wrong.name, wrong.name)
                errors.append(RowError(row.number, column, wrong.why, wrong.what_to_do))
        return errors or ReadContact(number=row.number, **read)

    def _place(self, cells: Cells) -> dict[str, Any]:
        code, name = cells.get("commune_code", ""), cells.get("commune", "")
        if (code, name) not in self._communes:
            self._communes[code, name] = self._commune(code, name)
        commune = self._communes[code, name]
        if isinstance(commune, str):
            raise Wrong("commune_code" if code else "commune", commune, _("Write it as the units page shows it."))
        hamlet = cells.get("hamlet", "")
        if not hamlet:
            return {"unit_id": commune, "hamlet_id": None}
        if (hamlet, commune) not in self._hamlets:
            inside = [m.unit_id for m in find_units_by_name(hamlet, on=self.on) if m.parent_id == commune]
            self._hamlets[hamlet, commune] = inside[0] if len(inside) == 1 else ""
        found = self._hamlets[hamlet, commune]
        if not found:
            why, way_out = _("The commune has no hamlet of this name."), _("Leave it empty, or import hamlets first.")
            raise Wrong("hamlet", why, way_out)
        return {"unit_id": commune, "hamlet_id": found}

    def _commune(self, code: str, name: str) -> int | str:
        if not code and not name:
            return _("No commune is stated.")
        try:
            found = [unit_by_code(code, on=self.on).pk] if code else _named(name, self.on)
        except UnknownUnit as unknown:
            return str(unknown)
        inside = [unit_id for unit_id in found if unit_id in self.allowed_units]
        if len(inside) == 1:
            return inside[0]
        if inside:
            return _("Several communes bear this name. Give the code too.")
        return _("This commune is not in the area of this import.") if found else _("There is no such commune.")

    def _groups(self, cells: Cells) -> dict[str, Any]:
        words = _words(cells.get("groups", ""))
        if unknown := next((word for word in words if word not in self.groups), None):
            raise Wrong(
                "groups",
                _("There is no group “%(name)s”.") % {"name": unknown},
                _("Use the groups' names, with “;” between them."),
            )
        return {"groups": tuple(dict.fromkeys(self.groups[word] for word in words))}


def group_names(groups: Iterable[AudienceGroup]) -> dict[str, int]:
    """Folded code, Vietnamese and English name → group id."""
    return {fold(text): group.pk for group in groups for text in (group.code, group.name_vi, group.name_en)}


def _named(name: str, on: date) -> list[int]:
    return [match.unit_id for match in find_units_by_name(name, on=on)]


def _words(text: str) -> list[str]:
    return [word for part in re.split(r"[;|]", text) if (word := fold(part))]


def _name(cells: Cells) -> dict[str, Any]:
    name = cells.get("name", "")
    if len(name) > 200:
        raise Wrong("name", _("The name is longer than 200 characters."), _("Shorten it."))
    return {"name": name}


def _language(cells: Cells) -> dict[str, Any]:
    language = _LANGUAGES.get(fold(cells.get("language", "")))
    if language is None:
        raise Wrong("language", _("This language is not known."), _("Write Vietnamese, Khmer or English."))
    return {"language": language.value}


def _contact(cells: Cells) -> dict[str, Any]:
    """Addresses, and the channels the person agreed to: each of them needs an address."""
    addresses = {}
    for name, channel in ADDRESS_FIELDS.items():
        if typed := cells.get(name, ""):
            try:
                addresses[channel] = normalise(channel, typed)
            except BadAddressError as bad:
                raise Wrong(name, str(bad), _("Correct it, or leave it empty if there is none.")) from None
    if not addresses:
        raise Wrong("phone", _("There is no phone, e-mail or Zalo id."), _("Give at least one of them."))
    agreed = [_channel("consent_channels", word) for word in _listed(cells.get("consent_channels", ""))]
    if not agreed:
        why = _("No channel is stated that the person agreed to.")
        raise Wrong("consent_channels", why, _("List them, such as “Zalo; SMS”. Silence is not consent."))
    if "zbs" in agreed and "sms" in addresses:  # the same phone, reached on Zalo
        addresses["zbs"] = addresses["sms"]
    if missing := [channel for channel in agreed if channel not in addresses]:
        why = _("The person agreed to %(channel)s, but no address for it is given.") % {"channel": missing[0]}
        raise Wrong("consent_channels", why, _("Give the address, or take the channel away."))
    preferred = _channel("preferred", cells["preferred"]) if cells.get("preferred") else None
    return {
        "addresses": tuple(addresses.items()),
        "consent_channels": tuple(dict.fromkeys(agreed)),
        "preferred": preferred,
    }


def _listed(text: str) -> list[str]:
    return [part for part in re.split(r"[;|,+/]", text) if part.strip()]


def _channel(name: str, word: str) -> str:
    channel = _CHANNELS.get(fold(word))
    if channel is None:
        raise Wrong(name, _("This channel is not known."), _("Use Zalo, SMS or e-mail."))
    return channel


def _fold_word(text: str) -> str:
    return re.sub(r"[^0-9a-z]+", " ", fold(text)).strip()


def _basis(cells: Cells) -> dict[str, Any]:
    basis = cells.get("basis", "")
    if _fold_word(basis) in _NO_BASIS:
        why = _("No legal basis is stated, so this person may not be written to.")
        raise Wrong("basis", why, _("Say where the agreement is kept, such as the form and its date."))
    if len(basis) > 300:
        raise Wrong("basis", _("The basis is longer than 300 characters."), _("Shorten it."))
    return {"basis": basis}


def _consented_on(cells: Cells, today: date) -> dict[str, Any]:
    typed = cells.get("consented_on", "")
    if not typed:
        why = _("No day of consent is stated.")
        raise Wrong("consented_on", why, _("Write the day the person agreed, as 31/12/2025."))
    try:
        day = date.fromisoformat(typed) if "-" in typed[:5] else datetime.strptime(typed, "%d/%m/%Y").date()  # noqa: DTZ007
    except ValueError:
        raise Wrong("consented_on", _("This is not a date."), _("Write it as 31/12/2025.")) from None
    if day > today or day.year < 2000:
        raise Wrong("consented_on", _("This day cannot be right."), _("Write the day the person agreed."))
    return {"consented_on": day}
