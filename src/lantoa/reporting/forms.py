"""What staff choose and write on the pages of reports."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.agencies.selectors import AgencyRow
from lantoa.reporting.enums import PeriodKind
from lantoa.reporting.periods import Period, recent
from lantoa.reporting.services import Narrative

OTHER_DAYS = "other"
LIMIT = 8_000


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"])


class PeriodForm(forms.Form):
    """Whose report, for which days."""

    agency = forms.TypedChoiceField(label=_("Agency"), coerce=int)
    period = forms.ChoiceField(label=_("Period"))
    start = _day(_("First day"))
    end = _day(_("Last day"))

    def __init__(self, data: Any = None, *, agencies: Sequence[AgencyRow], own: int | None, today: date) -> None:
        super().__init__(data, initial={"agency": own})
        periods = list(recent(today))
        named = [(_key(period), _sentence(period.name)) for period in periods]
        quarter = next(period for period in periods if period.kind == PeriodKind.QUARTER)
        self.fields["agency"].choices = [(row.id, row.name) for row in agencies]  # type: ignore[attr-defined]
        self.fields["period"].choices = [*named, (OTHER_DAYS, _("Other days, below"))]  # type: ignore[attr-defined]
        self.fields["period"].initial = _key(quarter)

    def clean(self) -> dict[str, Any]:
        """A named period, or both days in order."""
        cleaned: dict[str, Any] = super().clean() or {}
        named = cleaned.get("period", "")
        if named and named != OTHER_DAYS:
            start, end = (date.fromisoformat(day) for day in named.split("/"))
            cleaned["days"] = Period(start, end)
        elif self.errors:
            return cleaned
        elif not (cleaned.get("start") and cleaned.get("end")):
            self.add_error("start", _("Choose a period above, or give the first and the last day."))
        elif cleaned["end"] < cleaned["start"]:
            self.add_error("end", _("The last day comes before the first. Change one of them."))
        else:
            cleaned["days"] = Period(cleaned["start"], cleaned["end"])
        return cleaned


class NarrativeForm(forms.Form):
    """The reporter's own words about the figures."""

    results = forms.CharField(
        label=_("Results, in words"), required=False, max_length=LIMIT, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What the figures do not say: what worked, where, why. Stands before the tables."),
    )  # fmt: skip
    difficulties = forms.CharField(
        label=_("Difficulties and obstacles"), required=False, max_length=LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    proposals = forms.CharField(
        label=_("Proposals"), required=False, max_length=LIMIT, widget=forms.Textarea(attrs={"rows": 3})
    )
    document_number = forms.IntegerField(
        label=_("Number of the document"), required=False, min_value=1, max_value=99_999,
        help_text=_("Leave it empty to write it by hand after signing."),
    )  # fmt: skip

    def narrative(self) -> Narrative:
        """The words, once the form is valid."""
        words = self.cleaned_data
        return Narrative(words["results"], words["difficulties"], words["proposals"])


def _key(period: Period) -> str:
    return f"{period.start}/{period.end}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
