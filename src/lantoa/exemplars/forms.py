"""What people fill in."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.exemplars.enums import ExemplarHappening, ExemplarKind
from lantoa.exemplars.models import Exemplar
from lantoa.exemplars.rules import PROPOSE
from lantoa.exemplars.selectors import attachable_pages
from lantoa.exemplars.services import Proposal
from lantoa.exemplars.services.proposing import NAME, WORDS
from lantoa.exemplars.services.telling import FIRST_YEAR
from lantoa.kernel.clock import today
from lantoa.kernel.models import User
from lantoa.territory.choices import units_for
from lantoa.territory.selectors import communes, provinces

MOST_PAGES = 50


class DayInput(forms.DateInput):
    """A day, chosen as the phone does it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _words(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ProposalForm(forms.Form):
    """Who or what is put forward."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("What you put forward"), choices=ExemplarKind, widget=forms.RadioSelect, initial=ExemplarKind.ROLE_MODEL
    )
    named_as = forms.CharField(
        label=_("Who, or which way"), max_length=NAME,
        help_text=_("As the person wishes to be named: full name, “Chị H.”, “a household”; or what the way is called."),
    )  # fmt: skip
    unit = forms.TypedChoiceField(label=_("Commune or ward"), coerce=int)
    hamlet = forms.CharField(
        label=_("Hamlet"), max_length=120, required=False, help_text=_("The hamlet, never the house.")
    )
    did = forms.CharField(
        label=_("What they did and what it brought"), max_length=WORDS, widget=_words(8),
        help_text=_("What it was like before, what they did, what came of it, with figures where you know them. "
                    "No phone, no identity number."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        units = units_for(user, PROPOSE)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = units if len(units) == 1 else [("", _("Choose a place")), *units]
        self.only_place = units[0][0] if len(units) == 1 else ""

    def proposal(self) -> Proposal:
        """What was filled in."""
        said = self.cleaned_data
        return Proposal(
            kind=ExemplarKind(said["kind"]), unit_id=said["unit"], named_as=said["named_as"], did=said["did"],
            hamlet=said["hamlet"],
        )  # fmt: skip


class StepForm(forms.Form):
    """What one step asks, of whom and by whom; nothing by itself."""

    has_choices = True

    def __init__(self, *args: Any, user: User, exemplar: Exemplar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class NoteForm(StepForm):
    """A note for colleagues."""

    text = forms.CharField(label=_("Internal note"), widget=_words(3), max_length=2000)


class VerifyForm(StepForm):
    """What somebody saw who was there."""

    seen_on = forms.DateField(label=_("Seen on the spot on"), widget=DayInput())
    confirmed = forms.CharField(
        label=_("What you saw, and who confirms it"), widget=_words(4), max_length=2000,
        help_text=_("Such as: the ponds and the book of sales; the head of the hamlet and two neighbours."),
    )  # fmt: skip
    agreed_on = forms.DateField(
        label=_("They agreed to be told of on"), widget=DayInput(),
        help_text=_("The day the person heard what would be told, and under which name. Of a way of working: the day "
                    "its owner agreed."),
    )  # fmt: skip


class DeclineForm(StepForm):
    """Why it is not taken."""

    text = forms.CharField(
        label=_("Why not"), max_length=2000, widget=_words(4),
        help_text=_("Whoever put it forward reads exactly this: say what is missing, or why it does not fit."),
    )  # fmt: skip


class DraftForm(StepForm):
    """The first words of a page."""

    title = forms.CharField(label=_("Title"), max_length=200)
    lead = forms.CharField(label=_("Two sentences that lead in"), max_length=500, widget=_words(2))


class AttachForm(StepForm):
    """The page that tells it already."""

    page_id = forms.TypedChoiceField(label=_("Page"), coerce=int)

    def __init__(self, *args: Any, user: User, exemplar: Exemplar, **kwargs: Any) -> None:
        super().__init__(*args, user=user, exemplar=exemplar, **kwargs)
        field = self.fields["page_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(attachable_pages(user, exemplar).values_list("pk", "title")[:MOST_PAGES])
        self.has_choices = bool(field.choices)


class FollowingForm(StepForm):
    """Who did the same."""

    unit_id = forms.TypedChoiceField(label=_("In which commune"), coerce=int)
    year = forms.IntegerField(label=_("Year they began"), min_value=FIRST_YEAR)
    households = forms.IntegerField(
        label=_("How many households or groups"), min_value=0, max_value=100_000,
        help_text=_("Written again for the same commune and year, it puts the figure right; 0 strikes it out."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, exemplar: Exemplar, **kwargs: Any) -> None:
        day = today()
        kwargs["initial"] = {"unit_id": exemplar.unit_id, "year": day.year}
        super().__init__(*args, user=user, exemplar=exemplar, **kwargs)
        field = self.fields["unit_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            pair for top in provinces(day)
            for pair in [(top.id, top.name), *((unit.id, unit.name) for unit in communes(top.id, day))]
        ]  # fmt: skip


class FilterForm(forms.Form):
    """Which of them the list shows."""

    q = forms.CharField(
        label=_("Number, name or words"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip


HAPPENINGS = {
    "note": ExemplarHappening.NOTED, "verify": ExemplarHappening.VERIFIED, "draft": ExemplarHappening.DRAFTED,
    "attach": ExemplarHappening.DRAFTED, "follow": ExemplarHappening.FOLLOWED, "decline": ExemplarHappening.DECLINED,
    "reopen": ExemplarHappening.REOPENED, "withdraw": ExemplarHappening.WITHDRAWN,
    "take_down": ExemplarHappening.TAKEN_DOWN,
}  # fmt: skip
"""The steps on the page and what they write."""
