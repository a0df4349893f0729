"""What a person made of a draft, checked and typed, ready to become rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

type Item = dict[str, Any]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Decided:
    """A plan as a person confirms it; items carry the columns of their models."""

    number: str
    title: str
    issuer: str
    issued_on: date | None
    period: DateRange | None
    closing: str
    recipients: tuple[str, ...]
    signer: str
    references: tuple[Item, ...]
    content_lines: tuple[Item, ...]
    forms: tuple[Item, ...]
    solutions: tuple[Item, ...]
    audiences: tuple[Item, ...]
    agencies: tuple[tuple[str, tuple[Item, ...]], ...]


def decided_from(facts: Mapping[str, Any]) -> Decided:
    """Read the JSON of a draft (`PlanDraft.to_json`, amended or not); lengths are cut to what the columns hold."""
    found = facts.get("findings") or {}
    return Decided(
        number=_words(facts, "number", 60),
        title=_words(facts, "title", 2_000),
        issuer=_words(facts, "issuer", 200),
        issued_on=_day(facts.get("issued_on")),
        period=_period(facts.get("period")),
        closing=(found.get("closing") or {}).get("text", ""),
        recipients=tuple(item["text"] for item in facts.get("recipients", ())),
        signer=" ".join(filter(None, (facts.get("signer_office"), facts.get("signer_name"))))[:300],
        references=tuple(_reference(item) for item in facts.get("references", ())),
        content_lines=tuple(
            {**_item(item), "label": _words(item, "label", 10), "details": list(item.get("details") or ())}
            for item in facts.get("content_lines", ())
        ),
        forms=tuple(_item(item) for item in facts.get("forms", ())),
        solutions=tuple({**_item(item), "label": _words(item, "label", 10)} for item in facts.get("solutions", ())),
        audiences=tuple(
            {**_item(item), "group": _words(item, "group", 30), "priority": bool(item.get("priority"))}
            for item in facts.get("audiences", ())
        ),
        agencies=tuple(
            (_words(agency, "name", 300), tuple(_duty(task) for task in agency.get("tasks", ())))
            for agency in facts.get("agencies", ())
        ),
    )


def _words(facts: Mapping[str, Any], key: str, most: int) -> str:
    return str(facts.get(key) or "").strip()[:most]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _period(facts: Mapping[str, Any] | None) -> DateRange | None:
    """Whole years unless the plan writes days; the range ends before the day after its last."""
    if not facts:
        return None
    first = _day(facts.get("from_date")) or date(facts["from_year"], 1, 1)
    last = _day(facts.get("to_date")) or date(facts["to_year"], 12, 31)
    return DateRange(first, last + ONE_DAY)


def _item(item: Mapping[str, Any]) -> Item:
    return {"text": str(item["text"]).strip(), "source_lines": list(item.get("source_lines") or ())}


def _reference(item: Mapping[str, Any]) -> Item:
    return {
        **_item(item),
        "kind": _words(item, "kind", 60),
        "number": _words(item, "number", 60),
        "issued_on": _day(item.get("issued_on")),
        "issuer": _words(item, "issuer", 200),
        "provision": _words(item, "provision", 300),
    }


def _duty(item: Mapping[str, Any]) -> Item:
    return {**_item(item), "cooperating": str(item.get("cooperating") or ""), "due_on": _day(item.get("due_on"))}
