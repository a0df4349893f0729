"""What was read out of a plan, for a person to confirm: every finding with its lines, its confidence and the reason."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in the text. `confidence` runs from 0 to 1; `reason` is a key of `reasons.REASONS`."""

    text: str
    source_lines: tuple[int, ...]
    confidence: float
    reason: str
    label: str = ""
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Audience:
    """A group the plan speaks to; `group` is a known audience group or empty; `priority` where the plan stresses it."""

    text: str
    source_lines: tuple[int, ...]
    confidence: float
    reason: str
    group: str = ""
    priority: bool = False


@dataclass(frozen=True, slots=True)
class TaskFound:
    """One task with the sentence it came from; `due_on` and `cooperating` only where the sentence itself says so."""

    text: str
    source_lines: tuple[int, ...]
    confidence: float
    reason: str
    label: str = ""
    due_on: date | None = None
    cooperating: str = ""


@dataclass(frozen=True, slots=True)
class AgencyFound:
    """A body named to implement the plan, alone or as a group, with its tasks."""

    name: str
    source_lines: tuple[int, ...]
    confidence: float
    reason: str
    tasks: tuple[TaskFound, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """The years the plan runs, both included; whole dates only where the text writes them."""

    from_year: int
    to_year: int
    text: str
    source_lines: tuple[int, ...]
    confidence: float
    reason: str
    from_date: date | None = None
    to_date: date | None = None
    also_mentioned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferenceFound:
    """A cited legal text."""

    kind: str
    number: str | None
    issued_on: date | None
    issuer: str | None
    text: str
    provision: str | None
    subject: str | None
    source_lines: tuple[int, ...]
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the first level and what family it was taken for; empty when it is of no known family."""

    label: str
    heading: str
    families: tuple[str, ...]
    source_lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """A whole plan as read; None and empty tuples where the text says nothing."""

    number: Finding | None
    issued_on: date | None
    dated: Finding | None
    issuer: Finding | None
    title: Finding | None
    period: Period | None
    references: tuple[ReferenceFound, ...]
    content_lines: tuple[Finding, ...]
    forms: tuple[Finding, ...]
    solutions: tuple[Finding, ...]
    audiences: tuple[Audience, ...]
    agencies: tuple[AgencyFound, ...]
    recipients: tuple[Finding, ...]
    signatory: Finding | None
    signer_name: str | None
    signer_office: str | None
    closing: Finding | None
    sections: tuple[Section, ...]
    unaccounted_lines: tuple[int, ...]
    notes: tuple[str, ...] = field(default=())

    def to_json(self) -> Json:
        """Give the draft as JSON: plain values under plain keys, their lines and confidence under `findings`."""
        whole = _plain(asdict(self))
        heads = ("number", "issuer", "title")
        found = {key: whole[key] for key in (*heads, "signatory", "closing")} | {"issued_on": whole.pop("dated")}
        for key in heads:
            whole[key] = (whole[key]["text"] or None) if whole[key] else None
        return {**whole, "findings": found}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
