"""Sign-in: e-mail or phone with a password, by allauth; rights by posts."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from lantoa.kernel.access import PERMISSIONS, allowed
from lantoa.kernel.connections import source_of
from lantoa.kernel.models import User
from lantoa.kernel.services import AccountRefused, normal_phone


class PostBackend(BaseBackend):
    """Answers Django's `has_perm` for our named rights from posts."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Whether a post held now carries this right, over the object's unit when it has one."""
        if perm not in PERMISSIONS:
            return False
        return allowed(user_obj, perm, unit_id=getattr(obj, "unit_id", None))


class StaffPhoneField(forms.CharField):
    """A Vietnamese mobile number, kept as `84xxxxxxxxx`."""

    def clean(self, value: Any) -> str:
        """The number in its one form; a validation error for anything else."""
        try:
            return normal_phone(super().clean(value))
        except AccountRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Staff accounts are made by an administrator: nobody signs themself up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed: an account comes with a post."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose tries are counted: never a proxy's of this machine, or one stranger would shut out all."""
        return source_of(request)

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        """The number on the account; an administrator entered it, so it counts as verified."""
        return (user.phone, True) if user.phone else None

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        """Keep a changed number."""
        user.phone = phone
        user.save(update_fields=["phone"])

    def set_phone_verified(self, user: Any, phone: str) -> None:
        """Numbers are verified by the administrator who enters them."""

    def get_user_by_phone(self, phone: str) -> User | None:
        """The account that signs in with this number."""
        try:
            return User.objects.filter(phone=normal_phone(phone)).first()
        except AccountRefused:
            return None

    def phone_form_field(self, **kwargs: Any) -> StaffPhoneField:
        """Numbers as people here write them: 0900 000 001 as well as +84 900 000 001."""
        return StaffPhoneField(**kwargs)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """Say nothing: an unknown number learns nothing from us."""

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Say nothing: sign-up is closed."""

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        """No codes by SMS: staff prove themselves with a password and, where required, TOTP or a passkey."""
