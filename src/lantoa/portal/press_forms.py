"""What journalists fill in."""

import uuid
from hashlib import sha256
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lantoa.audience.addresses import BadAddressError, normalise
from lantoa.kernel.clock import today
from lantoa.portal.forms import EMAIL, CitizenForm, commune_choices
from lantoa.pressroom.enums import Wish
from lantoa.pressroom.services.journalists import Application
from lantoa.pressroom.services.requests import Asked
from lantoa.territory import selectors as territory


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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _("Of your newsroom. A link goes there, and later every way in.")

    def told(self) -> Application:
        """The application."""
        said = self.cleaned_data
        name, outlet = (" ".join(said[key].split()) for key in ("name", "outlet"))
        return Application(name=name, outlet=outlet, email=said["email"], card=said["card"].strip())


class AskForm(forms.Form):
    """What a journalist asks, of whom, by when."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    subject = forms.CharField(
        label=_("In a few words"), max_length=200, error_messages={"required": _("Write it in a few words.")}
    )
    question = forms.CharField(
        label=_("Your questions"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Write what you want to know.")},
    )  # fmt: skip
    wish = forms.ChoiceField(label=_("What would you like?"), choices=Wish.choices, widget=forms.RadioSelect,
                             initial=Wish.ANSWER)  # fmt: skip
    unit = forms.ChoiceField(label=_("Whom do you ask?"), error_messages={"required": _("Choose whom you ask.")})
    due_at = forms.DateTimeField(
        label=_("By when do you need it?"), help_text=_("Day and hour; at least half an hour from now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("Choose the day and hour of your deadline.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units_asked()  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """The request."""
        said = self.cleaned_data
        return Asked(unit_id=int(said["unit"]), wish=Wish(said["wish"]), subject=said["subject"],
                     question=said["question"], due_at=said["due_at"])  # fmt: skip

    def submission_key(self) -> str:
        """The same for the same form sent twice with the same words."""
        said = "\x1f".join(str(self.cleaned_data[name]) for name in ("subject", "question", "unit"))
        return f"press:{self.cleaned_data['key']}:{sha256(said.encode()).hexdigest()[:16]}"


def units_asked() -> list[tuple[str, object]]:
    """The province first, then its communes."""
    try:
        root = territory.province(settings.LANTOA_PROVINCE_CODE, on=today())
    except territory.UnknownUnit:
        return [("", _("Choose"))]
    name = territory.names_on([root.pk], today()).get(root.pk, "")
    empty, *communes = commune_choices(_("Choose"))
    return [empty, (str(root.pk), name), *communes]
