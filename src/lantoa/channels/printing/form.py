"""What a printer must know of a place that gets copies."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PrintForm(forms.Form):
    """Sort, size, paper, and where copies are delivered: what the print order says."""

    matter = forms.CharField(
        label=_("Sort of print"), max_length=60, required=False, help_text=_("For instance: a folded leaflet.")
    )
    size = forms.CharField(label=_("Size"), max_length=40, required=False, help_text=_("For instance: A5."))
    paper = forms.CharField(label=_("Paper"), max_length=60, required=False)
    delivery = forms.CharField(
        label=_("Deliver to"), max_length=160, required=False,
        help_text=_("An office's address, as the printer needs it. Left empty: the place's own name."),
    )  # fmt: skip
