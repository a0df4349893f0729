"""What staff fill in on a case."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.agencies.selectors import AgencyRow
from lantoa.listening.enums import FEEDBACK, Door, Happening, Matter
from lantoa.listening.models import Case
from lantoa.listening.privacy import without_numbers
from lantoa.listening.selectors import public_story
from lantoa.listening.services import TEXT_LIMIT

LONG = forms.Textarea(attrs={"rows": 6})
SHORT = forms.Textarea(attrs={"rows": 3})


class AnswerForm(forms.Form):
    """The answer the citizen reads."""

    text = forms.CharField(
        label=_("Answer"),
        widget=LONG,
        max_length=TEXT_LIMIT,
        help_text=_("Plain words, one idea a sentence. The citizen reads exactly this."),
    )


class NoteForm(forms.Form):
    """A note for colleagues."""

    text = forms.CharField(
        label=_("Internal note"), widget=SHORT, max_length=TEXT_LIMIT, help_text=_("The citizen does not see it.")
    )


class RouteForm(forms.Form):
    """Which agency takes the case over."""

    agency_id = forms.TypedChoiceField(label=_("Pass to"), coerce=int, widget=forms.Select)
    note = forms.CharField(
        label=_("Why them, what is already known"), widget=SHORT, max_length=TEXT_LIMIT, required=False
    )

    def __init__(self, *args: Any, agencies: list[AgencyRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", _("Choose an agency")), *((row.id, row.name) for row in agencies)]
        self.fields["agency_id"].choices = offered  # type: ignore[attr-defined]


class ReferForm(forms.Form):
    """A complaint or denunciation leaves by its own door."""

    OUT: ClassVar = [
        (Matter.COMPLAINT, _("Complaint: an office decided or did something against the writer's own rights")),
        (Matter.DENUNCIATION, _("Denunciation: the writer reports that somebody broke the law")),
    ]

    matter = forms.ChoiceField(label=_("Complaint or denunciation?"), choices=OUT, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What the citizen is told"),
        widget=SHORT,
        max_length=TEXT_LIMIT,
        help_text=_("Which office takes it now, where it is, and by which law."),
    )


class ReopenForm(forms.Form):
    """The citizen is not helped yet."""

    text = forms.CharField(
        label=_("What the citizen says now"), widget=SHORT, max_length=TEXT_LIMIT,
        help_text=_("For somebody who calls or comes by. Online, citizens reopen it themselves."),
    )  # fmt: skip


class PublishForm(forms.Form):
    """Question and answer as the public reads them."""

    question = forms.CharField(label=_("Question, without names"), widget=SHORT, max_length=TEXT_LIMIT)
    answer = forms.CharField(label=_("Answer, without names"), widget=LONG, max_length=2 * TEXT_LIMIT)


def publish_draft(case: Case) -> dict[str, str]:
    """What was asked and answered, numbers already out, for a person to finish."""
    told = public_story(case)
    asked = [event.text for event in told if event.happening == Happening.RECEIVED]
    answered = [event.text for event in told if event.happening == Happening.ANSWERED]
    draft = {"question": "\n".join(asked[:1]), "answer": "\n\n".join(answered)}
    return {field: without_numbers(text) for field, text in draft.items()}


class FilterForm(forms.Form):
    """Which cases the list shows; anything it does not know is left aside."""

    q = forms.CharField(
        label=_("Number or words"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    matter = forms.ChoiceField(
        label=_("Kind of case"), required=False, choices=[("", _("Any matter")), *Matter.choices]
    )
    door = forms.ChoiceField(label=_("Came in by"), required=False, choices=[("", _("Any way")), *Door.choices])

    def wishes(self) -> dict[str, str]:
        """The filters as `selectors.cases` takes them."""
        self.is_valid()
        kept = self.cleaned_data
        return {"query": kept.get("q", ""), "matter": kept.get("matter", ""), "door": kept.get("door", "")}


def is_feedback(case: Case) -> bool:
    """Whether the case may be answered here, or leaves by its legal door."""
    return Matter(case.matter) in FEEDBACK
