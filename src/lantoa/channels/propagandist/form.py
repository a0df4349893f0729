"""What is asked of a propagandist's post: nothing of the person who holds it."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PropagandistForm(forms.Form):
    """Which homes the post covers, and where its questions go."""

    area = forms.CharField(
        label=_("Which homes"), max_length=160, required=False,
        help_text=_("For instance: self-governing groups 1 to 3. No names."),
    )  # fmt: skip
    contact = forms.CharField(
        label=_("Whom to ask"), max_length=90, required=False,
        help_text=_("An office with its hours, as printed. No private numbers. Left empty: the province's line."),
    )  # fmt: skip
