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
