"""What is asked of a bulletin."""

from django import forms
from django.utils.translation import gettext_lazy as _


class BulletinForm(forms.Form):
    """How often it comes out, and the licence it comes out under."""

    rhythm = forms.ChoiceField(
        label=_("Comes out"), required=False,
        choices=[
            ("", "—"),
            ("week", _("every week")),
            ("month", _("every month")),
            ("quarter", _("every quarter")),
            ("needed", _("when there is need")),
        ],
    )  # fmt: skip
    licence = forms.CharField(label=_("Publishing licence"), max_length=60, required=False)
