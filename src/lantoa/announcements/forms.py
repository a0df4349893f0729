"""What is asked of a page, and of whoever asks the hub."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WebpageOutletForm(forms.Form):
    """Which page: outlets that name the same one share it."""

    page = forms.SlugField(
        label=_("Name of the page in addresses"), max_length=60, required=False,
        help_text=_("Such as xa-dat-mui. Outlets with the same name write on the same page; empty: the common page."),
    )  # fmt: skip
