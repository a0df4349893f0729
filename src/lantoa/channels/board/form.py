"""What is asked of a notice board."""

from django import forms
from django.utils.translation import gettext_lazy as _


class BoardForm(forms.Form):
    """Where it hangs, so that somebody new finds it."""

    place = forms.CharField(
        label=_("Where it hangs"), max_length=160, required=False,
        help_text=_("For instance: at the gate of the hamlet's office."),
    )  # fmt: skip
