"""What the press needs: a relay to mail through, whom a journalist may call, and the newsroom's address."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantoa.channels.email.form import EmailForm


class PressForm(EmailForm):
    """The relay, and what stands in every kit."""

    contact = forms.CharField(
        label=_("Contact for journalists"), max_length=160,
        help_text=_("The office's spokesperson or press desk, as it is published."),
    )  # fmt: skip
    contact_phone = forms.CharField(label=_("Their office phone"), max_length=40, required=False)
    contact_email = forms.EmailField(label=_("Their office e-mail"), required=False)
    rights = forms.CharField(
        label=_("How the text and photos may be used"), max_length=300, required=False,
        help_text=_("Stands in every kit; a photo with rights of its own says them beside it."),
    )  # fmt: skip


class NewsroomForm(forms.Form):
    """One newsroom that asked to be written to."""

    email = forms.EmailField(label=_("E-mail of the newsroom"), max_length=254)
    desk = forms.CharField(
        label=pgettext_lazy("newspaper", "Desk"),
        max_length=120,
        required=False,
        help_text=_("Such as: Social affairs."),
    )
    before_embargo = forms.BooleanField(
        label=_("May have it before the embargo ends"), required=False,
        help_text=_("The date stands in the subject and above the text. Unticked: it is mailed when the embargo ends."),
    )  # fmt: skip
