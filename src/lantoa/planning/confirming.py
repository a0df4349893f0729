"""The draft under confirmation as one form: the head, a list of rows for each kind of finding, bodies and tasks."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from lantoa.agencies.matching import AgencyMatch
from lantoa.planning.forms import (
    AudienceForm,
    BodyForm,
    Data,
    DutyForm,
    FindingForm,
    HeadForm,
    Json,
    ReferenceForm,
    plain,
)
from lantoa.planning.reading.reasons import in_words
from lantoa.planning.selectors import beyond_doubt

ROWS: dict[str, tuple[type[FindingForm], tuple[str, ...]]] = {
    "references": (ReferenceForm, ("kind", "number", "issued_on", "issuer", "text")),
    "content_lines": (FindingForm, ("text",)),
    "forms": (FindingForm, ("text",)),
    "solutions": (FindingForm, ("text",)),
    "audiences": (AudienceForm, ("text", "group")),
}
ADDED: Json = {"source_lines": [], "confidence": 1.0, "reason": "added"}


@dataclass(frozen=True, slots=True)
class Row:
    """One form of a list with what the reader knows about it."""

    form: forms.Form
    lines: list[int]
    percent: int | None
    reason: str

    @property
    def doubtful(self) -> bool:
        """True when a person should look twice."""
        return self.percent is not None and self.percent < 80


def _set(form: type[forms.Form], prefix: str, items: list[Json], keys: tuple[str, ...], data: Data) -> BaseFormSet[Any]:
    factory = formset_factory(form, extra=1, can_delete=True, max_num=2_000, absolute_max=2_000)
    initial = [{"index": n, **{key: item.get(key) for key in keys}} for n, item in enumerate(items)]
    return factory(data or None, prefix=prefix, initial=initial)


class DraftForms:
    """All forms of one draft. Bound to data, it gives back the draft as the person left it."""

    def __init__(self, decided: Json, proposed: dict[str, list[AgencyMatch]], data: Data = None) -> None:
        self.decided = decided
        head = {**decided, **{key: (decided["period"] or {}).get(key) for key in ("from_year", "to_year")}}
        self.head = HeadForm(data or None, prefix="head", initial=head)
        self.lists = {key: _set(form, key, decided[key], names, data) for key, (form, names) in ROWS.items()}
        self.bodies = _set(BodyForm, "agencies", decided["agencies"], ("name",), data)
        self.duties = [
            _set(DutyForm, f"tasks-{n}", self._known_tasks(n), ("text", "due_on"), data)
            for n in range(self.bodies.total_form_count())
        ]
        for n, form in enumerate(self.bodies.forms):
            self._offer(form, proposed.get(self._known_name(n), []))

    def _known_tasks(self, n: int) -> list[Json]:
        bodies = self.decided["agencies"]
        return bodies[n]["tasks"] if n < len(bodies) else []

    def _known_name(self, n: int) -> str:
        bodies = self.decided["agencies"]
        return bodies[n]["name"] if n < len(bodies) else ""

    @staticmethod
    def _offer(form: forms.Form, matches: list[AgencyMatch]) -> None:
        form.fields["owners"].choices = [(str(m.agency_id), m.name) for m in matches]  # type: ignore[attr-defined]
        form.fields["owners"].initial = [str(pk) for pk in beyond_doubt(matches)]

    def is_valid(self) -> bool:
        """True when every row of every list is."""
        sets: list[BaseFormSet[Any]] = [*self.lists.values(), self.bodies, *self.duties]
        return self.head.is_valid() and all(each.is_valid() for each in sets)

    def errors(self) -> int:
        """How many rows have something to put right."""
        rows = [form for each in (*self.lists.values(), self.bodies, *self.duties) for form in each.forms]
        return sum(bool(form.errors) for form in (self.head, *rows))

    def changed(self) -> Json:
        """Give the draft as the person left it; call after `is_valid`."""
        head = {key: plain(value) for key, value in self.head.cleaned_data.items()}
        years = {key: head.pop(key) for key in ("from_year", "to_year")}
        rows = {key: _kept(each, self.decided[key]) for key, each in self.lists.items()}
        for reference in rows["references"]:
            reference["text"] = reference["text"] or " ".join(filter(None, (reference["kind"], reference["number"])))
        return {**self.decided, **head, **rows, "period": self._period(years), "agencies": self._agencies()}

    def owners(self) -> dict[str, list[int]]:
        """For each body kept, the agencies ticked."""
        kept = [form.cleaned_data for form in self.bodies.forms if _stays(form, "name")]
        return {body["name"]: [int(pk) for pk in body["owners"]] for body in kept}

    def _period(self, years: dict[str, int | None]) -> Json | None:
        before = self.decided["period"]
        if years["from_year"] is None:
            return None
        if before and all(before[key] == years[key] for key in years):
            return dict(before)
        return {**ADDED, "text": "", "from_date": None, "to_date": None, "also_mentioned": [], **years}

    def _agencies(self) -> list[Json]:
        agencies = []
        for form, duties in zip(self.bodies.forms, self.duties, strict=True):
            if _stays(form, "name"):
                n = form.cleaned_data["index"]
                known = self.decided["agencies"]
                before: Json = known[n] if n is not None and n < len(known) else ADDED
                tasks = _kept(duties, before.get("tasks", []))
                agencies.append({**before, "name": form.cleaned_data["name"].strip(), "tasks": tasks})
        return agencies

    # For the page

    def rows(self, key: str) -> list[Row]:
        """The rows of one list."""
        return [_row(form, self.decided[key], n) for n, form in enumerate(self.lists[key].forms)]

    def groups(self) -> list[tuple[Row, BaseFormSet[Any], list[Row]]]:
        """Each body with its tasks."""
        return [
            (
                _row(form, self.decided["agencies"], n),
                self.duties[n],
                [_row(duty, self._known_tasks(n), m) for m, duty in enumerate(self.duties[n].forms)],
            )
            for n, form in enumerate(self.bodies.forms)
        ]


def _row(form: forms.Form, known: list[Json], n: int) -> Row:
    if n >= len(known):
        return Row(form, [], None, "")
    item = known[n]
    sure = item.get("confidence")
    percent = round(sure * 100) if sure is not None else None
    return Row(form, list(item.get("source_lines") or ()), percent, in_words(item.get("reason") or ""))


def _stays(form: forms.Form, key: str) -> bool:
    return bool(form.cleaned_data.get(key)) and not form.cleaned_data.get("DELETE")


def _kept(rows: BaseFormSet[Any], known: list[Json]) -> list[Json]:
    """The rows that stay, each on top of what the reader found."""
    kept = []
    for form in rows.forms:
        words = dict(form.cleaned_data)
        delete, n = words.pop("DELETE", False), words.pop("index", None)
        if delete or not (words.get("text") or words.get("number")):
            continue
        before = known[n] if n is not None and n < len(known) else ADDED
        kept.append({**before, **{key: plain(value) for key, value in words.items()}})
    return kept
