"""A rule, and what it says to answers. Nothing here reads or writes anything."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.entitlements.criteria import Answers, BadRule, criterion_of
from lantoa.entitlements.enums import Office, Verdict

SENTENCES = {
    Verdict.MET: gettext_lazy("You can get it because %(words)s."),
    Verdict.OPEN: gettext_lazy("You can get it if %(words)s."),
    Verdict.NOT_MET: gettext_lazy("Not by your answers: it is only for you when %(words)s."),
}
NEGATED = {Verdict.MET: Verdict.NOT_MET, Verdict.NOT_MET: Verdict.MET, Verdict.OPEN: Verdict.OPEN}


@dataclass(frozen=True, slots=True)
class Law:
    """The legal basis; what is not known stays empty."""

    kind: str
    number: str = ""
    issued_on: str = ""
    issuer: str = ""
    clause: str = ""

    def __str__(self) -> str:
        name = " ".join(part for part in (self.clause, self.kind, self.number) if part)
        day = date.fromisoformat(self.issued_on).strftime("%d/%m/%Y") if self.issued_on else ""
        return ", ".join(part for part in (name, day, self.issuer) if part)


@dataclass(frozen=True, slots=True)
class Example:
    """Answers as typed (a place is a unit id) and what the rule must say to them."""

    name: str
    answers: dict[str, Any]
    verdict: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Everything a version says. `units` empty means the whole province; days are ISO, `ends` is the last day."""

    title: str
    gets: str
    law: Law
    starts: str
    ends: str = ""
    form: str = ""
    office: str = Office.COMMUNE
    officer: str = ""
    page_id: int | None = None
    units: tuple[int, ...] = ()
    conditions: tuple[dict[str, Any], ...] = ()
    exclusions: tuple[dict[str, Any], ...] = ()
    examples: tuple[Example, ...] = field(default=())

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """The rule of its JSON; raises `BadRule` that names the part to put right."""
        parts = dict(data) | {"law": Law(**data["law"]), "units": tuple(sorted(set(data.get("units", ()))))}
        for name in ("conditions", "exclusions"):
            parts[name] = _conditions(data.get(name, ()))
        parts["examples"] = tuple(Example(**one) for one in data.get("examples", ()))
        rule = cls(**parts)
        rule.check()
        return rule

    def check(self) -> None:
        """Raise `BadRule` for what is missing or crosswise."""
        for name, text in (("title", self.title), ("gets", self.gets), ("law_kind", self.law.kind)):
            if not text.strip():
                raise BadRule(_("This must not be empty."), name)
        starts, ends = _day(self.starts, "starts"), _day(self.ends, "ends") if self.ends else None
        if ends and ends < starts:
            raise BadRule(_("The last day comes before the first."), "ends")
        if self.law.issued_on:
            _day(self.law.issued_on, "law_issued_on")
        if self.office not in Office.values:
            raise BadRule(_("Choose among the answers offered."), "office")
        if any(one.verdict not in Verdict.values for one in self.examples):
            raise BadRule(_("An example says entitled, not entitled or depends."))

    def data(self) -> dict[str, Any]:
        """The rule as JSON."""
        plain = asdict(self)
        return plain | {name: list(plain[name]) for name in ("units", "conditions", "exclusions", "examples")}

    @property
    def listed_units(self) -> set[int]:
        """Every unit it names."""
        return set(self.units).union(*(one.get("units", ()) for one in (*self.conditions, *self.exclusions)))

    @property
    def asks(self) -> set[str]:
        """The kinds of answers it needs."""
        found = {one["kind"] for one in (*self.conditions, *self.exclusions)}
        return found | ({"place"} if self.units else set())


def _conditions(given: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    checked = tuple(criterion_of(one).checked(one) for one in given)
    if len({one["kind"] for one in checked}) != len(checked):
        raise BadRule(_("One condition of a kind is enough: list its values there."))
    return checked


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRule(_("This is not a day."), name) from None


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition and how it came out; `excludes` when it takes the right away."""

    kind: str
    verdict: Verdict
    words: str
    question: str
    said: str
    excludes: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule says to answers, condition by condition."""

    verdict: Verdict
    reasons: Sequence[Reason]

    @property
    def deciding(self) -> list[Reason]:
        """The reasons that made it so: all when entitled, else those that failed, else those left open."""
        return [one for one in self.reasons if one.verdict == self.verdict]

    @property
    def why(self) -> str:
        """The deciding reasons in one sentence."""
        said = [one.said for one in self.deciding]
        if not said:
            return _("It is for everyone.")
        *first, last = said
        words = _("%(first)s, and %(last)s") % {"first": ", ".join(first), "last": last} if first else last
        return str(SENTENCES[self.verdict]) % {"words": words}


def judge(rule: Rule, answers: Answers, names: Mapping[int, str] = MappingProxyType({})) -> Judgement:
    """All conditions hold and no exclusion does; answering more never turns a yes or a no into something else.

    `names` of listed units only make the sentences clearer.
    """
    reasons = [_reason(one, answers, names, excludes=False) for one in _with_units(rule)]
    reasons += [_reason(one, answers, names, excludes=True) for one in rule.exclusions]
    return Judgement(all_of([one.verdict for one in reasons]), reasons)


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """One no decides; else one open leaves it open; else, nothing at all included, yes."""
    found = set(verdicts)
    return next((one for one in (Verdict.NOT_MET, Verdict.OPEN) if one in found), Verdict.MET)


def _with_units(rule: Rule) -> Iterable[dict[str, Any]]:
    if rule.units:
        yield {"kind": "place", "statuses": [], "units": list(rule.units)}
    yield from rule.conditions


def _reason(data: Mapping[str, Any], answers: Answers, names: Mapping[int, str], *, excludes: bool) -> Reason:
    criterion = criterion_of(data)
    found = criterion.judge(data, answers.get(data["kind"]))
    verdict = NEGATED[found] if excludes else found
    named = {**data, "names": [names[unit] for unit in data.get("units", ()) if unit in names]}
    said = criterion.said(named, excludes=excludes)
    return Reason(data["kind"], verdict, criterion.words(data), str(criterion.question), said, excludes)
