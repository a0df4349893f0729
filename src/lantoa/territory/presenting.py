"""Units, lineage and imports in the shapes the pages draw."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lantoa.kernel.tables import RowError
from lantoa.kernel.text import date_text, number_text
from lantoa.territory import selectors
from lantoa.territory.enums import COMMUNE_LEVEL, DISTRICT_LEVEL, UnitKind
from lantoa.territory.models import Disagreement, ImportRun, UnitCode, UnitLineage, UnitVersion
from lantoa.territory.selectors import Branch, Counts, UnitRow
from lantoa.territory.services import Listing

type Rows = list[dict[str, Any]]

MANY_PROVINCES = 3
SHOWN_ERRORS = 50


def unit_url(unit_id: int, on: date | None = None) -> str:
    """The unit's page, read on a day."""
    return reverse("territory:unit", args=[unit_id]) + (f"?on={on:%Y-%m-%d}" if on else "")


def tree_nodes(branches: Sequence[Branch], on: date) -> Rows:
    """Branches for the tree component: a unit with units below opens, and its own page comes first inside."""
    return [_node(branch, on, is_open=len(branches) <= MANY_PROVINCES) for branch in branches]


def _node(branch: Branch, on: date, *, is_open: bool = False) -> dict[str, Any]:
    unit, url = branch.unit, unit_url(branch.unit.id, on)
    if not branch.children:
        return {"label": unit.name, "text": unit.code, "url": url}
    page = {"label": _("Open the page of %(name)s") % {"name": unit.name}, "url": url}
    below = [page, *(_node(child, on) for child in branch.children)]
    return {"label": unit.name, "text": _below(branch), "children": below, "open": is_open}


def _below(branch: Branch) -> str:
    ranks = [child.unit.level for child in branch.children]
    districts, communes = ranks.count(DISTRICT_LEVEL), ranks.count(COMMUNE_LEVEL)
    hamlets = len(ranks) - districts - communes
    parts = [branch.unit.code]
    if districts:
        parts.append(ngettext("%(n)s district", "%(n)s districts", districts) % {"n": districts})
    if communes:
        parts.append(ngettext("%(n)s commune", "%(n)s communes", communes) % {"n": communes})
    if hamlets:
        parts.append(ngettext("%(n)s hamlet", "%(n)s hamlets", hamlets) % {"n": hamlets})
    return " · ".join(part for part in parts if part)


def counted(branches: Iterable[Branch]) -> Counts:
    """How many units of each rank stand in these branches."""
    ranks: list[int] = []
    waiting = list(branches)
    while waiting:
        branch = waiting.pop()
        ranks.append(branch.unit.level)
        waiting += branch.children
    districts, communes = ranks.count(DISTRICT_LEVEL), ranks.count(COMMUNE_LEVEL)
    return Counts(districts, communes, sum(rank > COMMUNE_LEVEL for rank in ranks))


def count_facts(counts: Counts) -> Rows:
    """The figures above a tree."""
    return [
        {"label": _("Districts"), "value": number_text(counts.districts), "unit": ""},
        {"label": _("Communes, wards"), "value": number_text(counts.communes), "unit": ""},
        {"label": _("Hamlets"), "value": number_text(counts.hamlets), "unit": ""},
    ]


def found_rows(rows: Sequence[UnitRow], on: date) -> Rows:
    """Search hits with where they lie."""
    above = selectors.names_on({row.parent_id for row in rows if row.parent_id}, on)
    return [
        {"label": row.name, "url": unit_url(row.id, on), "text": _joined(above.get(row.parent_id or 0, ""), row.code)}
        for row in rows
    ]


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


# One unit


@dataclass(frozen=True, slots=True)
class Thread:
    """One line of lineage: the other unit, when, how much of it passed, and by what decision."""

    name: str
    url: str
    part: str
    note: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One event in a unit's lineage with its threads."""

    title: str
    day: str
    threads: tuple[Thread, ...]


def happenings(threads: Sequence[UnitLineage], *, onward: bool) -> list[Happening]:
    """The events that led onward from a unit, or that led to it, oldest first; what stayed itself is left out."""
    moving = [thread for thread in threads if thread.from_unit_id != thread.to_unit_id]
    names = _names_at(moving, onward=onward)
    events: dict[tuple[str, str], list[Thread]] = {}
    for thread in moving:
        key = (thread.event.get_kind_display(), _event_day(thread))
        events.setdefault(key, []).append(_thread(thread, names, onward))
    return [Happening(title, day, tuple(lines)) for (title, day), lines in events.items()]


def _names_at(threads: Sequence[UnitLineage], *, onward: bool) -> dict[int, str]:
    names: dict[int, str] = {}
    for day in {thread.event.on for thread in threads}:
        ids = [_other(thread, onward) for thread in threads if thread.event.on == day]
        as_of = day if onward else date.fromordinal(day.toordinal() - 1)
        names |= selectors.names_on([unit_id for unit_id in ids if unit_id], as_of)
    return names


def _other(thread: UnitLineage, onward: bool) -> int | None:
    return thread.to_unit_id if onward else thread.from_unit_id


def _thread(thread: UnitLineage, names: dict[int, str], onward: bool) -> Thread:
    other = _other(thread, onward)
    if other is None:
        return Thread(_("end of the record") if onward else _("start of the record"), "", "", thread.basis)
    part = _("whole") if thread.share == 1 else _("in part")
    if thread.share not in (None, 1):
        part = f"{number_text(round(thread.share * 100, 1))}%"
    return Thread(names[other], unit_url(other), part, thread.basis)


def _event_day(thread: UnitLineage) -> str:
    event = thread.event
    if event.on_is_exact or event.not_before is None:
        return _joined(date_text(event.on), event.decision)
    days = {"first": date_text(event.not_before), "last": date_text(event.on)}
    return _("between %(first)s and %(last)s; no source gives the day") % days


def version_table(versions: Sequence[UnitVersion], codes: Sequence[UnitCode]) -> dict[str, Any]:
    """Name, kind, parent and code of a unit through time, the newest first."""
    parents = selectors.names_on({v.parent_id for v in versions if v.parent_id}, max(v.valid.lower for v in versions))
    labels = [_("Days in force"), _("Name"), _("Kind of unit"), _("Belongs to"), _("Code")]
    lines = []
    for version in reversed(versions):
        borne = ", ".join(code.code for code in codes if _overlap(code, version)) or "–"
        above = parents.get(version.parent_id or 0, "–")
        lines.append([span(version.valid), version.name, UnitKind(version.kind).label, above, borne])
    return _ledger(labels, lines)


def life(versions: Sequence[UnitVersion], on: date) -> dict[str, Any]:
    """The unit of these versions as it stood on a day or last stood: where it lay, what it held, what became of it."""
    pk = versions[0].unit_id
    last = next((one for one in versions if on in one.valid), versions[-1])
    gone = on not in last.valid
    heirs = [unit.pk for unit in selectors.successors(pk, on)] if gone else []
    return {
        "unit": last, "gone": gone, "heirs": selectors.names_on(heirs, on), "above": selectors.ancestors(pk, on=on),
        "below": found_rows(selectors.children(pk, on=on), on),
        "versions": version_table(versions, selectors.codes_of(pk)),
        "came_from": happenings(list(selectors.came_from(pk)), onward=False),
        "became": happenings(selectors.became(pk), onward=True),
        "designations": [(held, span(held.valid)) for held in selectors.all_designations(pk)],
    }  # fmt: skip


def _overlap(code: UnitCode, version: UnitVersion) -> bool:
    ends = [end for end in (code.valid.upper, version.valid.upper) if end]
    return not ends or max(code.valid.lower, version.valid.lower) < min(ends)


def span(valid: Any) -> str:
    """A range of days for people, both ends included: "15/09/2022 – 30/06/2025", "from 01/07/2025"."""
    first = date_text(valid.lower)
    if valid.upper is None:
        return _("from %(day)s") % {"day": first}
    return f"{first} – {date_text(date.fromordinal(valid.upper.toordinal() - 1))}"


# Imports


def listing_facts(listing: Listing) -> Rows:
    """What a list would bring; the parts add up to its rows."""
    return [
        {"label": _("Rows in the list"), "value": number_text(listing.rows), "unit": ""},
        {"label": _("New"), "value": number_text(listing.new), "unit": ""},
        {"label": _("Already on record"), "value": number_text(listing.known), "unit": ""},
        {"label": _("Cannot be used"), "value": number_text(len(listing.errors)), "unit": ""},
    ]


def error_table(errors: Sequence[RowError]) -> dict[str, Any]:
    """The first rows in error as a ledger."""
    labels = [_("Row"), _("Why"), _("What to do")]
    return _ledger(labels, [[error.number, error.why, error.what_to_do] for error in errors[:SHOWN_ERRORS]])


def _ledger(labels: Sequence[str], lines: Iterable[Sequence[object]], urls: Sequence[str] = ()) -> dict[str, Any]:
    rows: Rows = [
        {"cells": [{"value": value, "label": label} for value, label in zip(line, labels, strict=True)]}
        for line in lines
    ]
    for row, url in zip(rows, urls, strict=False):
        row["url"] = url
    return {"columns": [{"label": label} for label in labels], "rows": rows}


def steps(at: int) -> Rows:
    """The three steps of an import, with where it stands."""
    labels = [_("Choose the list"), _("Look it over"), _("Taken in")]
    return [{"label": label, "state": "done" if n < at else "now" if n == at else ""} for n, label in enumerate(labels)]


def run_table(runs: Sequence[ImportRun]) -> dict[str, Any]:
    """The imports so far as a ledger."""
    labels = [pgettext("one of many", "Import"), _("Day"), _("Brought"), _("Left open")]
    lines = []
    for run in runs:
        brought = ", ".join(f"{number_text(number)} {_words(what)}" for what, number in run.counts.items())
        lines.append([str(run), date_text(run.at), brought, number_text(getattr(run, "doubts", 0))])
    return _ledger(labels, lines, [reverse("territory:run", args=[run.pk]) for run in runs])


def doubt_table(doubts: Sequence[Disagreement]) -> dict[str, Any]:
    """What each source says and what was taken, as a ledger."""
    labels = [_("Code"), _("Concerns"), _("What each source says"), _("What was taken")]
    lines = []
    for doubt in doubts:
        said = "; ".join(f"{source}: {words}" for source, words in doubt.readings.items())
        lines.append([doubt.code, _words(doubt.about), said, _words(doubt.taken)])
    return _ledger(labels, lines)


def _words(stored: str) -> str:
    """Words an import keeps in English, in the reader's language; names stay as they are."""
    return _(stored) if stored else ""
