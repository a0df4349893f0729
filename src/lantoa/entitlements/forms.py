"""What is asked: of citizens, the questions; of staff, the rule."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from lantoa.entitlements.criteria import REGISTRY, BadRule, Choice, OfAge
from lantoa.entitlements.enums import Office, Verdict
from lantoa.entitlements.judging import Example, Rule
from lantoa.entitlements.selectors import commune_options
from lantoa.kernel.clock import today
from lantoa.newsroom.selectors import policies
from lantoa.territory.enums import DesignationKind

UNSAID = _("Not sure, or rather not say")
LAW = ("kind", "number", "issued_on", "issuer", "clause")


class AnswersForm(forms.Form):
    """The questions of these kinds, each of which may be left open; nothing typed is kept anywhere."""

    def __init__(self, *args: Any, kinds: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = set(kinds)
        for kind, criterion in REGISTRY.items():
            if kind in wanted:
                self.fields[kind] = _asking(criterion)

    def typed(self) -> dict[str, Any]:
        """What was answered, as typed; the rest is left out."""
        return {name: said for name, said in self.cleaned_data.items() if name in REGISTRY and said not in ("", None)}


def _asking(criterion: Any) -> forms.Field:
    said: dict[str, Any] = {"label": criterion.question, "help_text": criterion.hint, "required": False}
    if issubclass(criterion, Choice):
        choices = [*criterion.choices.choices, ("", UNSAID)]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, initial="", **said)
    if criterion is OfAge:
        errors = dict.fromkeys(("invalid", "min_value", "max_value"), _("An age is a whole number from 0 to 120."))
        box = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input-short"})
        return forms.IntegerField(min_value=0, max_value=120, widget=box, error_messages=errors, **said)
    return forms.ChoiceField(choices=[("", UNSAID), *commune_options(today())], **said)


class ExampleForm(AnswersForm):
    """Answers, a name for them, and what the rule must say."""

    name = forms.CharField(label=_("Name of the example"), max_length=120)
    verdict = forms.ChoiceField(label=_("What the rule must say"), choices=Verdict.choices)

    def example(self) -> Example:
        """As a rule keeps it."""
        return Example(self.cleaned_data["name"], self.typed(), self.cleaned_data["verdict"])


class DayField(forms.DateField):
    """A day, by the browser's own field."""

    def __init__(self, **kwargs: Any) -> None:
        box = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input input-short"})
        super().__init__(widget=box, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **kwargs)


class RuleForm(forms.Form):
    """A rule: what one gets, by which law, whom to ask; then one group of fields a criterion."""

    title = forms.CharField(label=_("Name of the support"), max_length=200)
    gets = forms.CharField(label=_("What one gets"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    law_kind = forms.CharField(label=_("Kind of legal text"), max_length=80, help_text=_("For instance: Nghị định."))
    law_number = forms.CharField(label=_("Number"), max_length=80, required=False)
    law_clause = forms.CharField(label=_("Article, clause"), max_length=80, required=False)
    law_issuer = forms.CharField(label=_("Issued by"), max_length=160, required=False)
    law_issued_on = DayField(label=_("Issued on"), required=False)
    page = forms.TypedChoiceField(label=_("Policy page"), coerce=int, empty_value=None, required=False)
    form = forms.CharField(label=_("Form to hand in"), max_length=300, required=False,
                           help_text=_("Its name and number, if there is one. Unknown: leave it empty."))  # fmt: skip
    office = forms.ChoiceField(label=_("Office to ask"), choices=Office.choices)
    officer = forms.CharField(label=_("Whom to ask there"), max_length=120, required=False,
                              help_text=_("A post, never a person's name."))  # fmt: skip
    starts = DayField(label=_("In force from"))
    ends = DayField(label=_("To the end of"), required=False)
    units = forms.TypedMultipleChoiceField(label=_("Only in these communes"), coerce=int, required=False,
                                           help_text=_("None chosen: the whole province."))  # fmt: skip

    def __init__(self, *args: Any, rule: Rule | None = None, **kwargs: Any) -> None:
        self.rule = rule
        kwargs["initial"] = _initial(rule) if rule else {"starts": today()}
        super().__init__(*args, **kwargs)
        options = commune_options(today())
        self._choose("units", options)
        self._choose(
            "page", [("", _("None")), *((str(pk), title) for pk, title in policies().values_list("pk", "title"))]
        )
        for side, said in (("need", _("Needed: %(question)s")), ("bar", _("Not when: %(question)s"))):
            for kind, criterion in REGISTRY.items():
                self._add(side, kind, criterion, said % {"question": criterion.question}, options)

    def _choose(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _add(self, side: str, kind: str, criterion: Any, label: str, options: Any) -> None:
        stem = f"{side}_{kind}"
        if issubclass(criterion, Choice):
            self.fields[stem] = forms.MultipleChoiceField(
                label=label, choices=criterion.choices.choices, required=False, widget=forms.CheckboxSelectMultiple
            )
        elif criterion is OfAge:
            self.fields[f"{stem}_low"] = forms.IntegerField(label=label + " " + say("from (age)"), required=False)
            self.fields[f"{stem}_high"] = forms.IntegerField(label=label + " " + say("to (age)"), required=False)
        else:
            self.fields[f"{stem}_statuses"] = forms.MultipleChoiceField(
                label=label, choices=DesignationKind.choices, required=False, widget=forms.CheckboxSelectMultiple
            )
            self.fields[f"{stem}_units"] = forms.TypedMultipleChoiceField(
                label=label + " " + say("(by name)"), choices=options, coerce=int, required=False
            )

    def clean(self) -> dict[str, Any]:
        """The whole as a rule, or the field to put right."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.cleaned_rule = Rule.of(self._data(cleaned))
            except BadRule as error:
                self.add_error(self._field_of(error.field), str(error))
        return cleaned

    def _field_of(self, name: str | None) -> str | None:
        stems = (name, f"need_{name}", f"need_{name}_low", f"need_{name}_statuses")
        return next((stem for stem in stems if stem in self.fields), None)

    def _data(self, said: Mapping[str, Any]) -> dict[str, Any]:
        law = {name: _text(said[f"law_{name}"]) for name in LAW}
        plain = {name: _text(said[name]) for name in ("title", "gets", "form", "office", "officer", "starts", "ends")}
        examples = self.rule.data()["examples"] if self.rule else []
        return plain | {
            "law": law, "page_id": said["page"], "units": said["units"], "examples": examples,
            "conditions": list(_conditions(said, "need")), "exclusions": list(_conditions(said, "bar")),
        }  # fmt: skip


def _conditions(said: Mapping[str, Any], side: str) -> Iterable[dict[str, Any]]:
    for kind, criterion in REGISTRY.items():
        stem = f"{side}_{kind}"
        if issubclass(criterion, Choice):
            data: dict[str, Any] = {"any": said[stem]}
        elif criterion is OfAge:
            data = {"at_least": said[f"{stem}_low"], "at_most": said[f"{stem}_high"]}
        else:
            data = {"statuses": said[f"{stem}_statuses"], "units": said[f"{stem}_units"]}
        if any(value not in (None, "", []) for value in data.values()):
            yield {"kind": kind, **data}


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else (value or "")


def _initial(rule: Rule) -> dict[str, Any]:
    data = rule.data()
    first = {name: data[name] for name in ("title", "gets", "form", "office", "officer", "starts", "ends", "units")}
    first |= {f"law_{name}": data["law"][name] for name in LAW} | {"page": rule.page_id}
    for side, conditions in (("need", rule.conditions), ("bar", rule.exclusions)):
        for one in conditions:
            stem, kind = f"{side}_{one['kind']}", one["kind"]
            if kind == "age":
                first |= {f"{stem}_low": one["at_least"], f"{stem}_high": one["at_most"]}
            elif kind == "place":
                first |= {f"{stem}_statuses": one["statuses"], f"{stem}_units": one["units"]}
            else:
                first[stem] = one["any"]
    return first
