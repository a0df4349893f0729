"""The closed set of things a rule may ask about. One registered class each: it asks, it judges, it says why.

A condition is data: `{"kind": "household", "any": ["poor", "near_poor"]}` or `{"kind": "age", "at_least": 16}`. Inside
one condition any of the values will do; the conditions of a rule must all hold. An answer nobody gave is None.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.entitlements.enums import Household, Housing, Verdict, Work, YesNo
from lantoa.kernel.errors import LantoaError
from lantoa.territory.enums import DesignationKind

AGES = range(121)
FEW = 6
"""So many names of communes a sentence bears."""


class BadRule(LantoaError):
    """A rule's data does not hold; `field` names the part to put right."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Somewhere:
    """A unit a household may live in today: its id, what it took over, and the statuses it holds."""

    unit_id: int
    forebears: frozenset[int] = frozenset()
    statuses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """The commune that was chosen, and the units of today it may mean: one, or the heirs of one that was split."""

    chosen_id: int
    today: tuple[Somewhere, ...]


type Answers = Mapping[str, Any]
"""Criterion kind → what was answered: a choice, an age, a `Place`; missing or None when it was not."""


class Criterion:
    """One thing a rule may ask about."""

    kind: ClassVar[str]
    question: ClassVar[str | Promise]
    hint: ClassVar[str | Promise] = ""
    clause: ClassVar[str | Promise]
    """The condition inside a sentence; `%(words)s` is what it asks for."""
    denial: ClassVar[str | Promise]
    """The same when it takes the right away."""

    @staticmethod
    def checked(data: Mapping[str, Any]) -> dict[str, Any]:
        """The condition as it is kept; raises `BadRule`."""
        raise NotImplementedError

    @staticmethod
    def judge(data: Mapping[str, Any], answer: Any) -> Verdict:
        """Whether the answer fulfils the condition."""
        raise NotImplementedError

    @staticmethod
    def words(data: Mapping[str, Any]) -> str:
        """What the condition asks for, as a phrase."""
        raise NotImplementedError

    @classmethod
    def said(cls, data: Mapping[str, Any], *, excludes: bool) -> str:
        """The condition as it stands inside a sentence."""
        return str(cls.denial if excludes else cls.clause) % {"words": cls.words(data)}


REGISTRY: dict[str, type[Criterion]] = {}


def register[C: type[Criterion]](criterion: C) -> C:
    """Add a criterion to the closed set."""
    REGISTRY[criterion.kind] = criterion
    return criterion


def criterion_of(data: Mapping[str, Any]) -> type[Criterion]:
    """The class of a condition; raises `BadRule` for a kind nobody registered."""
    found = REGISTRY.get(data.get("kind", ""))
    if found is None:
        raise BadRule(_("No such condition: %(kind)s.") % {"kind": data.get("kind", "")})
    return found


class Choice(Criterion):
    """A question with a few answers, of which a rule names some."""

    choices: ClassVar[type[TextChoices]]

    @classmethod
    def checked(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """Some of the known values, in their own order, and not all of them: that would be no condition."""
        given = data.get("any")
        if not isinstance(given, list) or not given or not set(given) <= set(cls.choices.values):
            raise BadRule(_("Choose among the answers offered."), cls.kind)
        if len(set(given)) == len(cls.choices.values):
            raise BadRule(_("All answers are ticked, so this asks nothing. Leave it empty."), cls.kind)
        return {"kind": cls.kind, "any": [value for value in cls.choices.values if value in given]}

    @staticmethod
    def judge(data: Mapping[str, Any], answer: Any) -> Verdict:
        """Open until it is answered."""
        if answer is None:
            return Verdict.OPEN
        return Verdict.MET if answer in data["any"] else Verdict.NOT_MET

    @classmethod
    def words(cls, data: Mapping[str, Any]) -> str:
        """The answers that will do."""
        labels = [str(cls.choices(value).label) for value in data["any"]]
        return either([labels[0], *(_lowered(label) for label in labels[1:])])

    @classmethod
    def said(cls, data: Mapping[str, Any], *, excludes: bool) -> str:
        """With the answers in small letters."""
        return str(cls.denial if excludes else cls.clause) % {"words": _lowered(cls.words(data))}


class Plain(Choice):
    """A question of yes or no; a rule wants one of them, so the sentence needs no further words."""

    choices = YesNo

    @classmethod
    def said(cls, data: Mapping[str, Any], *, excludes: bool) -> str:
        """The clause for yes, the denial for no; an exclusion turns it round."""
        yes = (data["any"] == [YesNo.YES]) is not excludes
        return str(cls.clause if yes else cls.denial)


@register
class OfHousehold(Choice):
    """What the household is on the commune's list."""

    kind, choices = "household", Household
    question = gettext_lazy("What is your household on the commune's list?")
    hint = gettext_lazy("The certificate of the commune says it. Not sure? Leave it open.")
    clause = gettext_lazy("the household is on the commune's list as: %(words)s")
    denial = gettext_lazy("the household is not on the commune's list as: %(words)s")


@register
class OfPlace(Criterion):
    """Where the household lives."""

    kind = "place"
    question = gettext_lazy("Which commune or ward do you live in?")
    hint = gettext_lazy("Old names will do: they stand at the end of the list.")
    clause = gettext_lazy("the household lives in: %(words)s")
    denial = gettext_lazy("the household does not live in: %(words)s")

    @staticmethod
    def checked(data: Mapping[str, Any]) -> dict[str, Any]:
        """Statuses, listed units, or both; any of them will do."""
        statuses, units = data.get("statuses", []), data.get("units", [])
        known = isinstance(statuses, list) and set(statuses) <= set(DesignationKind.values)
        if not known or not isinstance(units, list) or not all(type(unit) is int for unit in units):
            raise BadRule(_("Choose statuses or units that exist."), "place")
        if not statuses and not units:
            raise BadRule(_("Choose at least one status or one unit."), "place")
        return {"kind": "place", "statuses": sorted(set(statuses)), "units": sorted(set(units))}

    @staticmethod
    def judge(data: Mapping[str, Any], answer: Place | None) -> Verdict:
        """A unit counts when it is listed, holds the status, or was chosen by its listed old name. Where only a part of
        it, or only some heirs of the old one, would count, the commune must tell: open."""
        if answer is None or not answer.today:
            return Verdict.OPEN
        if answer.chosen_id in data["units"]:
            return Verdict.MET
        each = {_here(data, one) for one in answer.today}
        return each.pop() if len(each) == 1 else Verdict.OPEN

    @staticmethod
    def words(data: Mapping[str, Any]) -> str:
        """The statuses by name; listed units by the `names` they were given, unless too many for a sentence."""
        statuses = [_lowered(str(DesignationKind(status).label)) for status in data["statuses"]]
        names = [_lowered(name) for name in data.get("names", ())]
        listed = names if 0 < len(names) <= FEW else [_("one of the listed communes")] if data["units"] else []
        return either([*statuses, *listed])


def _here(data: Mapping[str, Any], one: Somewhere) -> Verdict:
    if one.unit_id in data["units"] or one.statuses & set(data["statuses"]):
        return Verdict.MET
    return Verdict.OPEN if one.forebears & set(data["units"]) else Verdict.NOT_MET


@register
class OfAge(Criterion):
    """How old the person is."""

    kind = "age"
    question = gettext_lazy("How old is the person it is for?")
    hint = gettext_lazy("In whole years, for instance 34.")
    clause = gettext_lazy("the person is %(words)s")
    denial = gettext_lazy("the person is not %(words)s")

    @staticmethod
    def checked(data: Mapping[str, Any]) -> dict[str, Any]:
        """From, to, or both; both ends count."""
        low, high = data.get("at_least"), data.get("at_most")
        if any(end is not None and (type(end) is not int or end not in AGES) for end in (low, high)):
            raise BadRule(_("An age is a whole number from 0 to 120."), "age")
        if low is None and high is None:
            raise BadRule(_("Give the lowest age, the highest, or both."), "age")
        if low is not None and high is not None and low > high:
            raise BadRule(_("The lowest age is above the highest."), "age")
        return {"kind": "age", "at_least": low, "at_most": high}

    @staticmethod
    def judge(data: Mapping[str, Any], answer: int | None) -> Verdict:
        """Both ends count."""
        if answer is None:
            return Verdict.OPEN
        low, high = data["at_least"], data["at_most"]
        inside = (low is None or answer >= low) and (high is None or answer <= high)
        return Verdict.MET if inside else Verdict.NOT_MET

    @staticmethod
    def words(data: Mapping[str, Any]) -> str:
        """From … to …"""
        low, high = data["at_least"], data["at_most"]
        if high is None:
            return _("%(low)d years or older") % {"low": low}
        if low is None:
            return _("%(high)d years or younger") % {"high": high}
        return _("from %(low)d to %(high)d years") % {"low": low, "high": high}


@register
class OfWork(Choice):
    """What work the person has."""

    kind, choices = "work", Work
    question = gettext_lazy("What work does that person have?")
    clause = gettext_lazy("the person's work is: %(words)s")
    denial = gettext_lazy("the person's work is not: %(words)s")


@register
class OfHousing(Choice):
    """What house the household has."""

    kind, choices = "housing", Housing
    question = gettext_lazy("What house does the household live in?")
    clause = gettext_lazy("the household lives in: %(words)s")
    denial = gettext_lazy("the household does not live in: %(words)s")


@register
class OfSchool(Plain):
    """Whether children are at school."""

    kind = "school"
    question = gettext_lazy("Are children of the household at school?")
    clause = gettext_lazy("children of the household are at school")
    denial = gettext_lazy("no child of the household is at school")


@register
class OfMinority(Plain):
    """Whether the person belongs to a minority."""

    kind = "minority"
    question = gettext_lazy("Does the person belong to an ethnic minority?")
    hint = gettext_lazy("Asked only because a law names it.")
    clause = gettext_lazy("the person belongs to an ethnic minority")
    denial = gettext_lazy("the person belongs to no ethnic minority")


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]


def either(words: list[str]) -> str:
    """“a”, “a or b”, “a, b or c”."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s or %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}
