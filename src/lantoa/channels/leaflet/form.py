"""What is asked of a place where leaflets are handed out."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.channels.printing.form import PrintForm


class LeafletForm(PrintForm):
    """How people there get them."""

    field_order = ("way",)
    way = forms.ChoiceField(
        label=_("How they are handed out"), required=False,
        choices=[
            ("", "—"),
            ("homes", _("from house to house")),
            ("meeting", _("at meetings")),
            ("counter", _("laid out to be taken")),
        ],
    )  # fmt: skip
    contact = forms.CharField(
        label=_("Whom to ask"), max_length=90, required=False,
        help_text=_("An office with its hours, as printed. No private numbers. Left empty: the province's line."),
    )  # fmt: skip
