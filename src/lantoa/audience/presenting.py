"""Figures and rows in the words and shapes the pages show."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from lantoa.audience.contact_rows import FIELDS, REQUIRED
from lantoa.audience.criteria import Criteria
from lantoa.audience.enums import ImportState, Language, Purpose
from lantoa.audience.models import AudienceGroup, Consent, ConsentEvent, ConsentWording, ContactImport, Person
from lantoa.audience.parts import PARTS
from lantoa.audience.rules import MIN_CELL
from lantoa.audience.selectors import MaskedAddress, Overview, ShownSize
from lantoa.audience.selectors.figures import GroupCount, UnitCount
from lantoa.audience.selectors.merging import Preview
from lantoa.channels import registry
from lantoa.kernel import clock
from lantoa.kernel.tables import RowError
from lantoa.kernel.text import date_text, number_text, percent_text

type Rows = list[dict[str, Any]]

SHA256_HEX: Final = 64


def figure(count: int | None) -> str:
    """A count in words for people: withheld ones say so."""
    return _("fewer than %(least)d") % {"least": MIN_CELL} if count is None else number_text(count)


def channel_label(kind: str) -> str:
    """A kind of channel as people call it; the bare name for one this installation no longer has."""
    return registry.label(kind)


def channel_funnel(people: int, by_channel: Mapping[str, int]) -> Rows:
    """All people, then those each channel reaches, most first."""
    rows = [{"label": channel_label(kind), "count": count} for kind, count in by_channel.items()]
    return [{"label": _("People"), "count": people}, *sorted(rows, key=lambda row: -int(str(row["count"])))]


def overview_facts(found: Overview) -> Rows:
    """The figures at the head of the first page; they add up."""
    return [
        {"label": _("People"), "value": number_text(found.people), "unit": ""},
        {"label": _("Can be written to"), "value": number_text(found.reachable), "unit": ""},
        {"label": _("Cannot be reached now"), "value": number_text(found.people - found.reachable), "unit": ""},
        {"label": _("Erased on request"), "value": number_text(found.erased), "unit": ""},
    ]


def group_table(groups: Iterable[GroupCount]) -> dict[str, Any]:
    """The groups as a ledger; sensitive ones below the minimum are withheld."""
    people = _("People")
    return {
        "columns": [{"label": _("Group")}, {"label": people, "right": True}],
        "rows": [
            {"cells": [{"value": row.group.name}, {"value": figure(row.people), "right": True, "label": people}]}
            for row in groups
        ],
    }


def unit_table(units: Sequence[UnitCount], names: Mapping[int, str]) -> dict[str, Any]:
    """The communes as a ledger with its sum."""
    people, reachable, share = _("People"), _("Can be written to"), _("Share")

    def cells(name: str, count: int, reached: int) -> Rows:
        return [
            {"value": name},
            {"value": number_text(count), "right": True, "label": people},
            {"value": number_text(reached), "right": True, "label": reachable},
            {"value": percent_text(reached, count) if count else "–", "right": True, "label": share},
        ]

    total = (sum(unit.people for unit in units), sum(unit.reachable for unit in units))
    return {
        "columns": [{"label": _("Unit")}, *({"label": word, "right": True} for word in (people, reachable, share))],
        "rows": [{"cells": cells(names.get(u.unit_id, f"#{u.unit_id}"), u.people, u.reachable)} for u in units],
        "total": cells(_("Together"), *total),
    }


def size_facts(size: ShownSize) -> Rows:
    """A segment's size as facts: people, reachable, then each channel."""
    return [
        {"label": _("People"), "value": figure(size.people)},
        {"label": _("Can be written to"), "value": figure(size.reachable)},
        *({"label": channel_label(kind), "value": figure(count)} for kind, count in sorted(size.by_channel.items())),
    ]


def import_steps(row: ContactImport | None) -> Rows:
    """Where an import stands: choose the file, name the columns, look, done."""
    labels = [_("Choose the list"), _("Name the columns"), _("Look it over"), _("In the audience")]
    states = {None: 0, ImportState.UPLOADED: 1, ImportState.MAPPED: 2, ImportState.DONE: 4, ImportState.CANCELLED: 0}
    now = states[ImportState(row.state) if row else None]
    return [
        {"label": label, "state": "done" if place < now else "now" if place == now else ""}
        for place, label in enumerate(labels)
    ]


def import_facts(row: ContactImport) -> Rows:
    """Rows read = those that come in + those that stay out, once the list was checked."""
    if row.state not in (ImportState.MAPPED, ImportState.DONE):
        return []
    come_in = _("Came in") if row.state == ImportState.DONE else _("Will come in")
    counts = [(_("Rows read"), row.rows), (come_in, row.accepted), (_("Stay out"), row.refused)]
    return [{"label": label, "value": number_text(count), "unit": ""} for label, count in counts]


def error_table(errors: Iterable[RowError]) -> dict[str, Any]:
    """What is wrong with rows of a list, as a ledger."""
    row, column, why, way_out = _("Row"), _("Column"), _("Why"), _("What to do")
    return {
        "columns": [{"label": word} for word in (row, column, why, way_out)],
        "rows": [
            {
                "cells": [
                    {"value": _("Row %(number)d") % {"number": error.number}},
                    {"value": error.field or "–", "label": column},
                    {"value": error.why, "label": why},
                    {"value": error.what_to_do, "label": way_out},
                ]
            }
            for error in errors
        ],
    }


def field_label(name: str) -> str:
    """What a column of a list holds, in words."""
    return {
        "name": _("Name"),
        "phone": _("Phone"),
        "email": _("E-mail"),
        "zalo": _("Zalo id"),
        "commune": _("Commune"),
        "commune_code": _("Commune code"),
        "hamlet": _("Hamlet"),
        "language": _("Language"),
        "groups": _("Groups"),
        "preferred": _("Preferred channel"),
        "basis": _("Legal basis"),
        "consented_on": _("Day of consent"),
        "consent_channels": _("Channels agreed to"),
    }[name]


def field_choices(headers: Sequence[str]) -> list[tuple[str, list[tuple[str, str]], bool]]:
    """For each field of a contact: its name, the columns to choose from, and whether one must be chosen."""
    options = [("", _("not in this list")), *((header, header) for header in headers)]
    return [(name, options, name in REQUIRED) for name in FIELDS]


def import_table(imports: Iterable[ContactImport]) -> dict[str, Any]:
    """Past imports as a ledger."""
    words = [_("Rows"), _("Came in"), _("Stayed out"), _("State")]
    return {
        "columns": [{"label": _("List")}, *({"label": word, "right": word != words[3]} for word in words)],
        "rows": [
            {
                "url": reverse("audience:import", args=[row.public_id]),
                "cells": [
                    {"value": row.file_name},
                    {"value": number_text(row.rows), "right": True, "label": words[0]},
                    {"value": number_text(row.accepted), "right": True, "label": words[1]},
                    {"value": number_text(row.refused), "right": True, "label": words[2]},
                    {"value": row.get_state_display(), "label": words[3]},
                ],
            }
            for row in imports
        ],
    }


def criteria_parts(criteria: Criteria, names: Mapping[int, str]) -> Rows:
    """What a segment asks for, part by part, in words."""
    codes = {*criteria.any_groups, *criteria.all_groups, *criteria.programmes}
    groups = {group.code: group.name for group in AudienceGroup.objects.filter(code__in=codes)}

    def listed(found: Iterable[str]) -> str:
        return ", ".join(groups.get(code, code) for code in found)

    parts = [
        (_("Where they live"), ", ".join(names.get(unit_id, f"#{unit_id}") for unit_id in criteria.units)),
        (_("On the map of"), date_text(criteria.on) if criteria.on else ""),
        (_("In at least one of these groups"), listed(criteria.any_groups)),
        (_("And in all of these groups"), listed(criteria.all_groups)),
        (_("In at least one of these programmes"), listed(criteria.programmes)),
        (_("Language"), ", ".join(str(Language(code).label) for code in criteria.languages)),
        (_("Reachable by at least one of"), ", ".join(channel_label(kind) for kind in criteria.channels)),
        (_("What it is about"), str(Purpose(criteria.purpose).label)),
        *(PARTS[name].words(value) for name, value in criteria.registered.items()),
    ]
    return [{"label": label, "value": value} for label, value in parts if value]


def person_facts(person: Person, names: Mapping[int, str]) -> Rows:
    """Where a person lives, reads and came from, and on what basis they are kept."""
    parts = [
        (_("Commune"), names.get(person.unit_id, "")),
        (_("Hamlet"), names.get(person.hamlet_id or 0, "")),
        (_("Language"), person.get_language_display()),
        (_("Legal basis"), person.legal_basis),
        (_("Source"), person.source),
        (_("Known since"), date_text(clock.local(person.created_at).date())),
    ]
    return [{"label": label, "value": value} for label, value in parts if value]


def address_rows(addresses: Iterable[MaskedAddress]) -> Rows:
    """Addresses as staff may see them, each with a chip."""
    rows = []
    for address in addresses:
        if address.silenced:
            chip = (_("Asked for no more"), "bad", "ban")
        elif not address.usable:
            chip = (_("Does not work"), "doubt", "warning")
        else:
            chip = (_("In use"), "good", "check")
        rows.append({"id": address.id, "channel": channel_label(address.channel), "text": address.text, "chip": chip})
    return rows


def consent_rows(consents: Iterable[Consent]) -> Rows:
    """Where a person stands, purpose by purpose."""
    return [
        {
            "purpose": Purpose(row.purpose).label,
            "channel": channel_label(row.channel),
            "given": row.given,
            "at": row.at,
        }
        for row in consents
    ]


def taken(preview: Preview) -> Rows:
    """What the kept record takes over, purpose by purpose."""
    return [
        {"purpose": Purpose(purpose).label, "channel": channel_label(channel), "given": given}
        for purpose, channel, given in preview.consents
    ]


def history_steps(events: Iterable[ConsentEvent]) -> Rows:
    """What a person said, as a timeline, the newest first."""
    return [
        {
            "state": "done",
            "title": f"{event.get_kind_display()}: {Purpose(event.purpose).label} · {channel_label(event.channel)}",
            "text": " · ".join(
                part
                for part in (
                    datetime_text(event.at),
                    event.get_means_display(),
                    _wording_text(event.wording) if event.wording else "",
                    str(event.operator or ""),
                    proof_text(event.proof),
                )
                if part
            ),
        }
        for event in events
    ]


def _wording_text(wording: ConsentWording) -> str:
    return _("wording %(version)d (%(hash)s)") % {"version": wording.version, "hash": _short(wording.sha256)}


def _short(value: object) -> str:
    text = str(value)
    return f"{text[:12]}…" if len(text) == SHA256_HEX else text


def proof_text(proof: Mapping[str, Any]) -> str:
    """What proves it, in words: where it is written down, never who."""
    labels = {
        "file_sha256": _("list"), "row": _("row"), "import": _("import"), "request": _("request"),
        "asked_at": _("asked at"), "note": _("log"), "address": _("address no."), "inbound": _("text no."),
        "keyword": _("keyword"), "call": _("called at"), "operator": _("taken by"), "erasure": _("erasure"),
        "sample": _("sample"), "channel": "",
    }  # fmt: skip
    parts = [f"{labels.get(name, name)} {_proven(value)}" for name, value in proof.items() if labels.get(name, name)]
    return _("proof: %(parts)s") % {"parts": ", ".join(parts)} if parts else ""


def _proven(value: object) -> str:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and "T" in value else None
    except ValueError:
        moment = None
    return datetime_text(moment) if moment and moment.tzinfo else _short(value)


def wording_rows(events: Iterable[ConsentEvent]) -> Rows:
    """Each wording the person agreed to, once: its name, its text, the hash that proves the text."""
    wordings = {event.wording.pk: event.wording for event in events if event.wording}
    return [
        {
            "title": " · ".join((str(Purpose(row.purpose).label), _("wording %(version)d") % {"version": row.version})),
            "language": row.language,
            "text": row.text,
            "sha256": row.sha256,
        }
        for row in sorted(wordings.values(), key=lambda row: (row.purpose, -row.version))
    ]


def datetime_text(moment: datetime) -> str:
    """A moment as the pages write it."""
    local = clock.local(moment)
    return f"{date_text(local.date())} {local:%H:%M}"
