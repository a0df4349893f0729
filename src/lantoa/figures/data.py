"""What a data set is: its fields, its rows, its version; and how it is written as CSV, JSON and GeoJSON, row by row."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise

from lantoa.kernel.tables import safe_cell

MARK = "\ufeff"
FORMS = {"csv": "text/csv; charset=utf-8", "json": "application/json", "geojson": "application/geo+json"}

type Row = tuple[Any, ...]
type Geometry = dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name never changes; `missing` says what an empty or special value means."""

    name: str
    kind: str
    about: str | Promise
    unit: str | Promise = ""
    missing: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a request asks of a data set: a year, a day of the map."""

    request: HttpRequest
    year: int
    on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Stamp:
    """The version of a data set: changes whenever a row would; `changed` is when it last did, as far as is known."""

    parts: tuple[Any, ...]
    changed: datetime | None = None

    def tag(self, *more: object) -> str:
        """An entity tag."""
        return f'"{sha256(repr((self.parts, more)).encode()).hexdigest()[:32]}"'


@dataclass(frozen=True, slots=True)
class DataSet:
    """One data set of the catalogue; `features` where its rows have places."""

    slug: str
    title: str | Promise
    about: str | Promise
    rhythm: str | Promise
    fields: tuple[Field, ...]
    rows: Callable[[Wishes], Iterator[Row]]
    stamp: Callable[[Wishes], Stamp]
    features: Callable[[Wishes], Iterator[tuple[Geometry, Mapping[str, Any]]]] | None = None
    by: str = ""

    @property
    def forms(self) -> list[str]:
        """The forms it comes in."""
        return ["csv", "json", "geojson"] if self.features else ["csv", "json"]


class _Line:
    """Hands each written line back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(data: DataSet, wishes: Wishes, *, excel: bool = False) -> Iterator[str]:
    """Header and rows; a byte order mark for spreadsheets that need one. No cell is a formula."""
    writer = csv.writer(_Line())
    yield (MARK if excel else "") + str(writer.writerow([field.name for field in data.fields]))
    for row in data.rows(wishes):
        yield str(writer.writerow([_cell(value) for value in row]))


def json_lines(data: DataSet, wishes: Wishes) -> Iterator[str]:
    """An object with the data set's name, and its rows as objects; what is not known is null."""
    names = [field.name for field in data.fields]
    yield f'{{"dataset": {json.dumps(data.slug)}, "rows": ['
    for at, row in enumerate(data.rows(wishes)):
        yield (",\n" if at else "\n") + _json(dict(zip(names, row, strict=True)))
    yield "\n]}\n"


def geojson_lines(data: DataSet, wishes: Wishes) -> Iterator[str]:
    """A FeatureCollection in WGS 84 (RFC 7946); what has no place has no geometry."""
    yield '{"type": "FeatureCollection", "features": ['
    features = data.features(wishes) if data.features else iter(())
    for at, (geometry, facts) in enumerate(features):
        yield (",\n" if at else "\n") + _json({"type": "Feature", "geometry": geometry, "properties": facts})
    yield "\n]}\n"


def _cell(value: Any) -> Any:
    plain = _plain(value)
    if isinstance(plain, list):
        plain = "; ".join(map(str, plain))
    return safe_cell(plain) if isinstance(plain, str) else "" if plain is None else plain


def _json(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Promise) else value
