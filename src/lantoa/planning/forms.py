"""What people type about plans: the upload, the draft under confirmation, and the life of a task."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantoa.kernel.enums import Audience
from lantoa.planning.enums import MOVES, TaskStatus
from lantoa.planning.models import Task
from lantoa.planning.reading.limits import MAX_UPLOAD

type Json = dict[str, Any]
DAY = ["%d/%m/%Y", "%Y-%m-%d"]


class DayField(forms.DateField):
    """A day written dd/mm/yyyy."""

    def __init__(self, **extra: Any) -> None:
        widget = forms.DateInput(format="%d/%m/%Y", attrs={"placeholder": "dd/mm/yyyy", "inputmode": "numeric"})
        super().__init__(input_formats=DAY, widget=widget, **extra)

    def prepare_value(self, value: Any) -> Any:
        """A day kept as JSON is shown as people write it."""
        try:
            return date.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            return value


class UploadForm(forms.Form):
    """One file, or the text itself pasted in."""

    file = forms.FileField(
        label=_("File of the plan"), required=False, help_text=_(".docx, .pdf with text, or .txt, up to 10 MB")
    )
    text = forms.CharField(
        label=_("Or paste the text of the plan"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Broken lines do no harm."),
    )

    def clean(self) -> Json:
        """Exactly one of the two."""
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text")
        if not file and not text and not self.errors:
            raise forms.ValidationError(_("Choose a file or paste the text."))
        if file and text:
            raise forms.ValidationError(_("Choose a file or paste the text, not both."))
        return self.cleaned_data

    def source(self) -> tuple[bytes, str]:
        """Give the bytes and the name to read them by; of a larger file only enough to refuse it."""
        file = self.cleaned_data["file"]
        if file:
            return file.read(MAX_UPLOAD + 1), file.name
        return self.cleaned_data["text"].encode(), "van-ban.txt"


class HeadForm(forms.Form):
    """The head of a plan."""

    number = forms.CharField(label=pgettext_lazy("document", "Number"), max_length=60, required=False)
    issued_on = DayField(label=_("Issued on"), required=False)
    issuer = forms.CharField(label=_("Issuer"), max_length=200, required=False)
    title = forms.CharField(
        label=pgettext_lazy("plan", "Title"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    from_year = forms.IntegerField(label=_("From year"), min_value=1976, max_value=2100, required=False)
    to_year = forms.IntegerField(label=_("To year"), min_value=1976, max_value=2100, required=False)

    def clean(self) -> Json:
        """Both years or none, in order."""
        first, last = self.cleaned_data.get("from_year"), self.cleaned_data.get("to_year")
        if (first is None) != (last is None) and not {"from_year", "to_year"} & self.errors.keys():
            self.add_error("to_year", _("Give both years, or neither."))
        if first and last and first > last:
            self.add_error("to_year", _("The last year comes before the first."))
        return self.cleaned_data


class FindingForm(forms.Form):
    """One finding; `index` ties it to what the reader found, and is empty for one added by hand."""

    index = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Text"), max_length=8000, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class ReferenceForm(FindingForm):
    """One cited legal text."""

    text = forms.CharField(
        label=_("As cited"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    kind = forms.CharField(label=pgettext_lazy("document", "Kind"), max_length=60, required=False)
    number = forms.CharField(label=pgettext_lazy("document", "Number"), max_length=60, required=False)
    issued_on = DayField(label=_("Issued on"), required=False)
    issuer = forms.CharField(label=_("Issuer"), max_length=200, required=False)

    def clean(self) -> Json:
        """A text without a kind is no citation."""
        given = any(self.cleaned_data.get(key) for key in ("text", "number", "issuer", "issued_on"))
        if given and not self.cleaned_data.get("kind"):
            self.add_error("kind", _("Say what kind of text it is: decision, decree, law…"))
        return self.cleaned_data


class AudienceForm(FindingForm):
    """One group the plan speaks to."""

    text = forms.CharField(label=_("Group, in the plan's words"), max_length=300, required=False)
    group = forms.ChoiceField(
        label=_("Audience group"), choices=[("", _("None of these")), *Audience.choices], required=False
    )


class DutyForm(FindingForm):
    """One task of a body."""

    text = forms.CharField(
        label=pgettext_lazy("plan", "Task"), max_length=8000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    due_on = DayField(label=_("Due"), required=False)


class BodyForm(forms.Form):
    """One body the plan names, and the agencies meant by it."""

    index = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Body, as the plan names it"), max_length=300, required=False)
    owners = forms.MultipleChoiceField(
        label=_("Agencies meant"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Each gets the tasks. With none ticked, the tasks wait to be given out."),
    )  # fmt: skip


class AssignForm(forms.Form):
    """Who does a task, with whom, by when."""

    owner = forms.TypedChoiceField(label=_("Agency in charge"), coerce=int)
    co_agencies = forms.TypedMultipleChoiceField(
        label=_("Agencies that help"), coerce=int, required=False, widget=forms.SelectMultiple(attrs={"size": 6})
    )
    due_on = DayField(label=_("Due"), required=False)

    def __init__(self, *args: Any, agencies: list[tuple[int, str]], **extra: Any) -> None:
        super().__init__(*args, **extra)
        self.fields["owner"].choices = [("", _("Choose an agency")), *agencies]  # type: ignore[attr-defined]
        self.fields["co_agencies"].choices = agencies  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """The next status of a task."""

    to = forms.ChoiceField(label=_("The task is now"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=pgettext_lazy("remark", "Note"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when the task is held up or dropped."),
    )  # fmt: skip

    def __init__(self, *args: Any, task: Task, **extra: Any) -> None:
        super().__init__(*args, **extra)
        moves = [to for to in MOVES[task.status] if to != TaskStatus.ASSIGNED or task.owner_id]
        self.fields["to"].choices = [(to, TaskStatus(to).label) for to in moves]  # type: ignore[attr-defined]


class EvidenceForm(forms.Form):
    """A result, and where it can be seen."""

    text = forms.CharField(label=_("What was done"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    url = forms.URLField(
        label=_("Where it can be seen"), required=False, max_length=500, assume_scheme="https",
        help_text=_("Address of a page, photo or document."),
    )  # fmt: skip


def plain(value: Any) -> Any:
    """A cleaned value as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value


type Data = QueryDict | Mapping[str, Any] | None
