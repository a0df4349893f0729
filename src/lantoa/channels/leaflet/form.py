"""What is asked of a place where leaflets are handed out."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LeafletForm(forms.Form):
    """How people there get them."""

    way = forms.ChoiceField(
        label=_("How they are handed out"), required=False,
        choices=[
            ("", "—"),
            ("homes", _("from house to house")),
            ("meeting", _("at meetings")),
            ("counter", _("laid out to be taken")),
        ],
    )  # fmt: skip
    matter = forms.CharField(
        label=_("Sort of print"), max_length=60, required=False, help_text=_("For instance: a folded leaflet.")
    )
    size = forms.CharField(label=_("Size"), max_length=40, required=False, help_text=_("For instance: A5."))
    paper = forms.CharField(label=_("Paper"), max_length=60, required=False)
    delivery = forms.CharField(
        label=_("Deliver to"), max_length=160, required=False,
        help_text=_("An office's address, as the printer needs it. Left empty: the place's own name."),
    )  # fmt: skip
    contact = forms.CharField(
        label=_("Whom to ask"), max_length=90, required=False,
        help_text=_("An office with its hours, as printed. No private numbers. Left empty: the province's line."),
    )  # fmt: skip
