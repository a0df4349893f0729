"""What staff decide about a registration."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from lantoa.kernel.clock import today


class AcceptForm(forms.Form):
    """Until when."""

    until = forms.DateField(
        label=gettext_lazy("Last day of access"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("At most two years from now."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"until": today() + timedelta(days=365)})
        super().__init__(*args, **kwargs)


class WhyForm(forms.Form):
    """Why not, or not any more."""

    why = forms.CharField(
        label=gettext_lazy("Why"), max_length=600, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The journalist reads exactly these words."),
    )  # fmt: skip
