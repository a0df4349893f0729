"""What is asked of a bulletin."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.channels.printing.form import PrintForm


class BulletinForm(PrintForm):
    """How often it comes out, and the licence it comes out under."""

    field_order = ("rhythm", "licence")
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
