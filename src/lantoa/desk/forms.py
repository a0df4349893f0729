"""What administrators and auditors fill in."""

from django import forms
from django.utils.translation import gettext_lazy as _

PLAIN = {"autocomplete": "off"}


class AccountForm(forms.Form):
    """A colleague's account; the first password is made by the system and shown once."""

    display_name = forms.CharField(
        label=_("Name colleagues see"), max_length=120, help_text=_("Or the post, for an account of an office.")
    )
    email = forms.EmailField(label=_("E-mail"), required=False, widget=forms.EmailInput(attrs=PLAIN))
    phone = forms.CharField(
        label=_("Mobile phone"),
        required=False,
        max_length=20,
        help_text=_("One of the two is enough: the account signs in with it."),
        widget=forms.TextInput(attrs={**PLAIN, "inputmode": "tel", "class": "input-short"}),
    )


class SwapForm(forms.Form):
    """A day that works although the calendar rests, or rests although it works."""

    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date", "class": "input-short"}, format="%Y-%m-%d"),
    )
    works = forms.TypedChoiceField(
        label=_("On this day offices"),
        choices=[("1", _("work, although the calendar says rest")), ("0", _("rest, although the calendar says work"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("By which decision"), max_length=200)


class AuditFilter(forms.Form):
    """What to look for in the log."""

    action = forms.CharField(label=_("What was done begins with"), required=False, max_length=80)
    subject = forms.CharField(label=_("To what"), required=False, max_length=120)
    day = forms.DateField(
        label=_("On which day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
