"""Outlets in the words and lights of the desk, and as a list to take away."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.channels.placing import PublicCapability
from lantoa.channels.registry import publics
from lantoa.kernel.tables import RowError, safe_cell
from lantoa.kernel.text import date_text
from lantoa.outlets import own_settings
from lantoa.outlets.enums import Sighting
from lantoa.outlets.models import Outlet
from lantoa.outlets.rows import cells_of, header_row
from lantoa.outlets.selectors import sighting
from lantoa.territory.selectors import names_on, rows_on
from lantoa.ui.templatetags.ui import vn_date, vn_datetime

LIGHTS = {Sighting.NEVER: ("off", "minus"), Sighting.WORKING: ("good", "check"), Sighting.TROUBLE: ("bad", "warning")}


def chip(outlet: Outlet, *, at: datetime, on: date) -> dict[str, str]:
    """Word, tone and icon of what is known of an outlet."""
    if on not in outlet.valid:
        past = outlet.valid.upper is not None and outlet.valid.upper <= on
        return {"label": _("Out of use") if past else _("Not yet in use"), "tone": "off", "icon": "pause"}
    state = sighting(outlet, at=at)
    tone, icon = LIGHTS[state]
    word = str(state.label)
    if outlet.last_seen_at and state == Sighting.NEVER:
        word = _("Not seen lately")
    return {"label": word, "tone": tone, "icon": icon}


def lines(outlets: Sequence[Outlet], *, at: datetime, on: date) -> list[dict[str, Any]]:
    """The outlets as the list shows them; one query for all names."""
    names = names_on({unit for row in outlets for unit in (row.unit_id, row.hamlet_id) if unit}, on)
    return [
        {
            "row": row,
            "capability": capability_of(row.kind),
            "unit": names.get(row.unit_id, ""),
            "hamlet": names.get(row.hamlet_id or 0, ""),
            "chip": chip(row, at=at, on=on),
            "seen": vn_datetime(row.last_seen_at) if row.last_seen_at else "",
        }
        for row in outlets
    ]


def grouped(lines: Sequence[dict[str, Any]], *, by_place: bool) -> list[dict[str, Any]]:
    """The lines, in their order, as units with their hamlets; or all as one group without a name."""
    if not by_place:
        return [{"unit": "", "hamlets": [{"name": "", "lines": lines}]}] if lines else []
    return [
        {"unit": unit, "hamlets": [{"name": name or _("The whole unit"), "lines": list(inside)}
                                   for name, inside in groupby(here, key=itemgetter("hamlet"))]}
        for unit, here in groupby(lines, key=itemgetter("unit"))
    ]  # fmt: skip


def capability_of(kind: str) -> PublicCapability | None:
    """What a kind can do; None for one this installation no longer has."""
    found = publics().get(kind)
    return found.capability if found else None


def in_use_words(outlet: Outlet) -> str:
    """ "from 01/02/2024", "01/02/2024 – 30/06/2025"."""
    if outlet.valid.upper is None:
        return _("from %(day)s") % {"day": vn_date(outlet.valid.lower)}
    return f"{vn_date(outlet.valid.lower)} – {vn_date(outlet.valid.upper - timedelta(days=1))}"


def csv_of(kind: str, rows: Sequence[Outlet], *, at: datetime, on: date) -> bytes:
    """The outlets of one kind as a list that Excel opens rightly and that can be read in again; the last two columns,
    when each was last seen and its state, are only told."""
    units = {row.unit_id for row in rows}
    names = names_on(units | {row.hamlet_id for row in rows if row.hamlet_id}, on)
    codes = dict(_codes(rows))
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([*header_row(kind), _("Last seen"), _("State")])
    for row in rows:
        facts = [
            row.name, codes.get(row.unit_id, ""), names.get(row.unit_id, ""),
            names.get(row.hamlet_id or 0, ""), str(row.quantity), row.keeper, str(row.get_language_display()),
            date_text(row.valid.lower), date_text(row.valid.upper - timedelta(days=1)) if row.valid.upper else "",
        ]  # fmt: skip
        seen = f"{timezone.localtime(row.last_seen_at):%d/%m/%Y %H:%M}" if row.last_seen_at else ""
        cells = [*cells_of(kind, facts, row.settings), seen, chip(row, at=at, on=on)["label"]]
        writer.writerow([safe_cell(cell) for cell in cells])
    return buffer.getvalue().encode("utf-8-sig")


def _codes(rows: Sequence[Outlet]) -> Iterable[tuple[int, str]]:
    """Each unit's code on the outlet's first day, as a list read in again looks it up; a query for each such day."""
    for day in {row.valid.lower for row in rows}:
        for unit in rows_on({row.unit_id for row in rows if row.valid.lower == day}, day):
            yield unit.id, unit.code


def own_rows(outlet: Outlet) -> list[tuple[str, str]]:
    """(label, value) of what the kind's own form asked."""
    if outlet.kind not in publics():
        return []
    fields = own_settings.form_class(outlet.kind).base_fields
    cells = own_settings.as_cells(outlet.kind, outlet.settings)
    return [(str(fields[name].label or name), value) for name, value in cells.items() if value]


def error_table(errors: Sequence[RowError]) -> dict[str, Any]:
    """The first rows in error as a ledger."""
    labels = [_("Row"), _("Column"), _("Why"), _("What to do")]
    return {
        "columns": [{"label": label} for label in labels],
        "rows": [
            {"cells": [{"value": value, "label": label} for value, label in zip(
                (one.number, one.field or "—", one.why, one.what_to_do), labels, strict=True)]}
            for one in errors
        ],
    }  # fmt: skip
