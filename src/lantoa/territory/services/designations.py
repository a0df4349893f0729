"""Bring in the list of units that hold a status by decision, such as specially difficult coastal communes."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from lantoa.kernel.models import User
from lantoa.kernel.text import fold
from lantoa.territory.enums import DesignationKind, RunKind
from lantoa.territory.models import Designation
from lantoa.territory.services.listing import Listing, Places, RowRefused, open_list, usable_rows
from lantoa.territory.services.outcome import Outcome, keep

_DESIGNATION_WORDS: dict[str, DesignationKind] = {
    "bai ngang": DesignationKind.COASTAL,
    "ven bien": DesignationKind.COASTAL,
    "khu vuc iii": DesignationKind.REGION_III,
    "khu vuc ii": DesignationKind.REGION_II,
    "khu vuc i": DesignationKind.REGION_I,
    "huyen ngheo": DesignationKind.POOR_DISTRICT,
    "thon dac biet kho khan": DesignationKind.HARD_HAMLET,
    "ap dac biet kho khan": DesignationKind.HARD_HAMLET,
    "an toan khu": DesignationKind.SAFE_ZONE,
    "bien gioi": DesignationKind.BORDER,
    "hai dao": DesignationKind.ISLAND,
    "nong thon moi": DesignationKind.NEW_RURAL,
}
_COLUMNS: dict[str, tuple[str, ...]] = {
    "kind": ("diện", "loại", "danh hiệu", "designation"),
    "decision": ("quyết định", "số quyết định", "văn bản"),
    "since": ("từ ngày", "hiệu lực từ", "from"),
    "until": ("đến ngày", "hiệu lực đến", "to"),
}


@transaction.atomic
def import_designations(
    *, content: bytes, filename: str, province_id: int, on: date, by: User | None, at: datetime, dry_run: bool = False
) -> Listing:
    """Put the statuses of a list on record: unit (as named on the day `on`), kind, decision, first and last day.

    Rows that cannot be used are named and left out; statuses already there stay. Raises `UnreadableTable`.
    """
    table, columns = open_list(content, filename, _COLUMNS, ("kind", "decision", "since"), by, at)
    listing = Listing()
    communes = Places(province_id, on, communes_only=False)
    standing: dict[tuple[int, str], list[DateRange]] = defaultdict(list)
    for unit_id, kind, valid in Designation.objects.values_list("unit_id", "kind", "valid"):
        standing[unit_id, kind].append(valid)
    fresh: list[Designation] = []
    for number, values in usable_rows(table, columns, listing):
        try:
            wanted = _designation(communes.find(values), values)
            others = standing[wanted.unit_id, wanted.kind]
            if wanted.valid in others:
                listing.known += 1
                continue
            _refuse_overlap(wanted.valid, others)
            others.append(wanted.valid)
            fresh.append(wanted)
        except RowRefused as refusal:
            listing.errors.append(refusal.at(number))
    listing.new = len(fresh)
    if not dry_run and fresh:
        Designation.objects.bulk_create(fresh)
        outcome = Outcome()
        outcome.add("designations", len(fresh))
        keep(outcome, kind=RunKind.DESIGNATIONS, subject=filename[:200], by=by, at=at)
        listing.applied = True
    return listing


def _designation(unit_id: int, values: Mapping[str, str]) -> Designation:
    kind = _designation_kind(values.get("kind", ""))
    decision = values.get("decision", "")
    if not decision or len(decision) > 120:
        raise RowRefused("decision", _("The decision is not named."), _("Fill in its number and date."))
    since = _day("since", values.get("since", ""))
    until = _day("until", values["until"]) if values.get("until") else None
    if until and until < since:
        raise RowRefused("until", _("The last day lies before the first."), _("Correct one of the two."))
    valid = DateRange(since, until + timedelta(days=1) if until else None)
    return Designation(unit_id=unit_id, kind=kind, decision=decision, valid=valid)


def _designation_kind(text: str) -> DesignationKind:
    plain = fold(text)
    if plain in DesignationKind.values:
        return DesignationKind(plain)
    for words, kind in _DESIGNATION_WORDS.items():
        if re.search(rf"\b{words}\b", plain):
            return kind
    known = ", ".join(str(label) for label in DesignationKind.labels)
    raise RowRefused("kind", _("The status “%(name)s” is not known.") % {"name": text},
                      _("Write one of: %(known)s.") % {"known": known})  # fmt: skip


def _day(column: str, text: str) -> date:
    for pattern in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a calendar day has no zone
        except ValueError:
            continue
    raise RowRefused(column, _("“%(text)s” is no day.") % {"text": text}, _("Write it as 31/12/2025."))


def _refuse_overlap(wanted: DateRange, others: Sequence[DateRange]) -> None:
    for other in others:
        ends = [end for end in (wanted.upper, other.upper) if end]
        if not ends or max(wanted.lower, other.lower) < min(ends):
            raise RowRefused("since", _("The unit holds this status already in that time."), _("Correct the days."))
