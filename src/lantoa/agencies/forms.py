"""What people type on the agency pages."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.clock import today
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User

DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayForm(forms.Form):
    """A day to read the agencies on, and words to search them by."""

    on = forms.DateField(required=False, input_formats=DAY_FORMATS)
    q = forms.CharField(required=False, max_length=80)


class AppointForm(forms.Form):
    """Who takes which post, from when to when."""

    account = forms.CharField(
        label=_("Account"), max_length=254, help_text=_("The person's e-mail or phone for signing in.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    title = forms.CharField(
        label=_("Title of the post"), max_length=120, required=False, help_text=_("As on the door: “Head of office”.")
    )
    start = forms.DateField(label=_("First day"), widget=DayInput, input_formats=DAY_FORMATS)
    end = forms.DateField(label=_("Last day"), required=False, widget=DayInput, input_formats=DAY_FORMATS)
    acting = forms.BooleanField(label=_("Acting, or standing in for someone"), required=False)
    basis = forms.CharField(label=_("Decision or reason"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["start"].initial = today()

    def clean_account(self) -> User:
        """The account that signs in with this e-mail or phone."""
        typed = self.cleaned_data["account"].strip()
        user = User.objects.filter(Q(email__iexact=typed) | Q(phone=typed), is_active=True).first()
        if user is None:
            raise forms.ValidationError(_("No account signs in with this. Check it, or make the account first."))
        return user


class EndForm(forms.Form):
    """When and why a post ends."""

    on = forms.DateField(label=_("First day without the post"), widget=DayInput, input_formats=DAY_FORMATS)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today()
