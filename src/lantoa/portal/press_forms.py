"""What journalists fill in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.audience.addresses import BadAddressError, normalise
from lantoa.portal.forms import EMAIL, CitizenForm
from lantoa.pressroom.services.journalists import Application


class WorkMailForm(CitizenForm):
    """The address a link goes to."""

    email = forms.CharField(
        label=_("Work e-mail"), max_length=254, help_text=_("The one you are registered with."),
        widget=forms.TextInput(attrs=EMAIL), error_messages={"required": _("Write your work e-mail.")},
    )  # fmt: skip

    def clean_email(self) -> str:
        """In its one written form."""
        try:
            return normalise("email", self.cleaned_data["email"])
        except BadAddressError as error:
            raise forms.ValidationError(str(error)) from error


class RegisterForm(WorkMailForm):
    """Who registers, from which newsroom."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name.")},
    )  # fmt: skip
    outlet = forms.CharField(
        label=_("Newspaper, station or newsroom"), max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": _("Write for whom you work.")},
    )  # fmt: skip
    card = forms.CharField(
        label=_("Number of your press card"), max_length=40, required=False,
        help_text=_("If you have one. Kept sealed; only those who register you see it."),
    )  # fmt: skip

    field_order = ("name", "outlet", "card", "email")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["email"].help_text = _("Of your newsroom. A link goes there, and later every way in.")

    def told(self) -> Application:
        """The application."""
        said = self.cleaned_data
        name, outlet = (" ".join(said[key].split()) for key in ("name", "outlet"))
        return Application(name=name, outlet=outlet, email=said["email"], card=said["card"].strip())
