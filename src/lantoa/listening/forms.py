"""What staff and citizens fill in."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.listening.enums import FEEDBACK, Matter
from lantoa.listening.services import TEXT_LIMIT

LONG = forms.Textarea(attrs={"rows": 5})


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

    text = forms.CharField(label=_("Internal note"), widget=forms.Textarea(attrs={"rows": 3}), max_length=TEXT_LIMIT)


class ReferForm(forms.Form):
    """A complaint or denunciation leaves by its own door."""

    OUT: ClassVar = [(m.value, m.label) for m in Matter if m not in FEEDBACK]

    matter = forms.ChoiceField(label=_("What it is"), choices=OUT, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What the citizen is told"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=TEXT_LIMIT,
        help_text=_("Which office takes it now, where it is, and by which law."),
    )


class PublishForm(forms.Form):
    """Question and answer as the public reads them."""

    question = forms.CharField(label=_("Question, without names"), widget=forms.Textarea(attrs={"rows": 3}))
    answer = forms.CharField(label=_("Answer, without names"), widget=LONG)
