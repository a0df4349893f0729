"""Fields of a broadcast's share, budget and fallback steps."""

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.outreach.enums import VISIT
from lantoa.outreach.models import Purse
from lantoa.outreach.services import Step

WEIGHTS = (
    (3, _("Less: it lets others go first")),
    (10, _("Normal: equal shares")),
    (30, _("More: it goes ahead of others")),
)
STEPS = (1, 2, 3)
LONGEST = 14 * 24
"""Hours a step may wait."""
MOST = 1_000_000_000_000
DONG = re.compile(r"\d{1,3}([. ,]?\d{3})*|\d+")


class DongField(forms.CharField):
    """A sum in đồng as people type it: 500000, 500.000, 500 000 đ; empty is None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False, max_length=30, widget=forms.TextInput(attrs={"inputmode": "numeric"}), **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        """A stored sum in groups of three; what was typed stays as it was typed."""
        return f"{value:,}".replace(",", ".") if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """The number."""
        typed = re.sub(r"\s*(đồng|đ|dong|vnd)\.?$", "", super().clean(value).strip().lower())
        if not typed:
            return None
        if not DONG.fullmatch(typed):
            raise forms.ValidationError(
                _("Write the sum in figures, for example 500.000; leave it empty for no limit.")
            )
        sum_of = int(re.sub(r"\D", "", typed))
        if sum_of > MOST:
            raise forms.ValidationError(_("That is more than a thousand billion đồng; check the figure."))
        return sum_of


class WeightForm(forms.Form):
    """A broadcast's share of the channels that others use too."""

    weight = forms.TypedChoiceField(
        label=_("Share of the channel"), choices=WEIGHTS, coerce=int, initial=10, required=False, empty_value=None,
        widget=forms.RadioSelect,
        help_text=_("Counts only while several broadcasts send through the same channel."),
    )  # fmt: skip


class BudgetForm(forms.Form):
    """Another limit, or none."""

    limit = DongField(
        label=_("Budget in đồng"), help_text=_("Empty: no limit. It cannot be less than what is spent already.")
    )

    def __init__(self, *args: Any, purse: Purse | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.purse = purse
        self.fields["limit"].initial = purse.limit if purse else None


class ChainForm(WeightForm):
    """What lies under "Advanced" of a new broadcast: share, budget, and up to three steps to fall back on."""

    budget = DongField(
        label=_("Budget in đồng"),
        help_text=_("It pauses before it would cost more. Empty: no limit. Only channels with an entered price count."),
    )

    def offer_steps(self, kinds: list[tuple[str, str]]) -> None:
        """Make the fields of the steps, with these channels to choose from, and a visit."""
        choices = [("", _("nothing more")), *kinds, (VISIT, _("Visit at home"))]
        for place in STEPS:
            self.fields[f"wait_{place}"] = forms.IntegerField(
                label=_("Step %(n)s: not there after how many hours") % {"n": place},
                min_value=1, max_value=LONGEST, initial=12, required=False,
            )  # fmt: skip
            self.fields[f"fallback_{place}"] = forms.ChoiceField(
                label=_("Step %(n)s: then send by") % {"n": place}, choices=choices, required=False
            )

    @property
    def steps(self) -> list[dict[str, forms.BoundField]]:
        """The fields of each step, side by side."""
        return [{"wait": self[f"wait_{place}"], "channel": self[f"fallback_{place}"]} for place in STEPS]

    def clean(self) -> dict[str, Any]:
        """Each channel once, a visit last, and all of it within the days to try."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        used: list[str] = []
        hours = 0
        for place in STEPS:
            kind = given.get(f"fallback_{place}")
            if not kind:
                continue
            if fault := self._fault(kind, used, given.get("channels") or []):
                self.add_error(f"fallback_{place}", fault)
            used.append(kind)
            hours += self._hours(place)
            if hours >= 24 * (given.get("days") or LONGEST):
                self.add_error(f"wait_{place}", _("The steps wait %(h)s hours together, longer than it is tried. Wait less, or raise “Days to try”.") % {"h": hours})  # fmt: skip  # noqa: E501
        return given

    def _fault(self, kind: str, used: list[str], first: list[str]) -> str:
        if kind in first:
            return str(_("It is among the channels ticked above. Choose another, or untick it there."))
        if kind in used:
            return str(_("It stands in an earlier step already. Choose another, or “nothing more”."))
        if VISIT in used:
            return str(_("Nothing follows a visit. Choose “nothing more” here, or put the visit last."))
        return ""

    def _hours(self, place: int) -> int:
        """How long this step waits; an error when nobody said."""
        name = f"wait_{place}"
        if name not in self.errors and self.cleaned_data.get(name) is None:
            self.add_error(name, _("Say after how many hours, from 1 to 336."))
        return self.cleaned_data.get(name) or 0

    @property
    def chain(self) -> list[Step]:
        """The steps asked for, in order."""
        given = self.cleaned_data
        return [
            Step(given[f"fallback_{place}"], timedelta(hours=given[f"wait_{place}"]))
            for place in STEPS if given[f"fallback_{place}"]
        ]  # fmt: skip
