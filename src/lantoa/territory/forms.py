"""What people type on the units pages."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.clock import today
from lantoa.kernel.tables import MAX_BYTES
from lantoa.territory.enums import RunKind
from lantoa.territory.selectors import provinces

DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "input input-short"})


class DayForm(forms.Form):
    """A day to read the map on, and words to search it by."""

    on = forms.DateField(label=_("Map of the day"), required=False, widget=DayInput, input_formats=DAY_FORMATS)
    q = forms.CharField(label=_("Name or code"), required=False, max_length=80)


class ListForm(forms.Form):
    """A list of hamlets or of statuses, and the day whose units it names."""

    kind = forms.ChoiceField(
        label=_("What the list holds"),
        choices=[(RunKind.HAMLETS, RunKind.HAMLETS.label), (RunKind.DESIGNATIONS, RunKind.DESIGNATIONS.label)],
        widget=forms.RadioSelect,
        initial=RunKind.HAMLETS,
    )
    province = forms.TypedChoiceField(label=_("Province"), coerce=int)
    on = forms.DateField(
        label=_("Day whose communes the list names"),
        help_text=_("Hamlets count from this day on."),
        widget=DayInput,
        input_formats=DAY_FORMATS,
    )
    file = forms.FileField(
        label=_("List"), help_text=_("Excel (.xlsx) or CSV, at most 20 MB. The first row names the columns.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["province"].choices = [(row.id, row.name) for row in provinces(today())]  # type: ignore[attr-defined]
        self.fields["on"].initial = today()
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.csv"

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refuse by size before a byte is read."""
        uploaded: UploadedFile[bytes] = self.cleaned_data["file"]
        if (uploaded.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB. Split it into parts."))
        return uploaded
