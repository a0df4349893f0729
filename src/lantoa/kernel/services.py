"""What an administrator does to the ground floor: accounts and swapped days."""

import re
import secrets
from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lantoa.kernel import audit, rules
from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import SwappedDay, User

MOBILE = re.compile(r"84\d{9}")
EASY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that a reader mistakes for another


class AccountRefused(LantoaError):
    """The account cannot be made as asked."""


def normal_phone(text: str) -> str:
    """A Vietnamese mobile number as `84xxxxxxxxx`; raises `AccountRefused` for anything else."""
    digits = re.sub(r"[\s().+-]", "", text)
    if digits.startswith("0"):
        digits = f"84{digits[1:]}"
    if not MOBILE.fullmatch(digits):
        raise AccountRefused(_("A mobile number has 10 digits and begins with 0. Check “%(given)s”.") % {"given": text})
    return digits


def fresh_password() -> str:
    """A password that can be read out over the phone: four groups of four."""
    return "-".join("".join(secrets.choice(EASY_LETTERS) for _ in range(4)) for _ in range(4))


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


@transaction.atomic
def create_account(*, display_name: str, email: str = "", phone: str = "", password: str = "",
                   by: User | None, at: datetime) -> tuple[User, str]:  # fmt: skip
    """Make a staff account that signs in by e-mail or phone; returns it with its first password.

    `by` None is the installation itself (a command). Raises `AccountRefused` for a taken or malformed address.
    """
    if by is not None:
        require(by, rules.MANAGE_ACCOUNTS, at=at)
    if not display_name.strip():
        raise AccountRefused(_("Enter the name colleagues will see."))
    if not email and not phone:
        raise AccountRefused(_("Enter an e-mail or a phone: the account signs in with it."))
    if email and not _is_email(email):
        raise AccountRefused(_("Check the e-mail “%(given)s”: a name, an @ and a place.") % {"given": email})
    number = normal_phone(phone) if phone else None
    password = password or fresh_password()
    try:
        validate_password(password)
        with transaction.atomic():
            user = User.objects.create_user(
                email=email, phone=number, password=password, display_name=display_name.strip()
            )
    except ValidationError as error:
        raise AccountRefused(" ".join(error.messages)) from error
    except IntegrityError as error:
        raise AccountRefused(_("Another account already signs in with this e-mail or phone.")) from error
    audit.record("kernel.account_created", by=by, at=at, subject=f"kernel.user:{user.pk}")
    return user, password


@transaction.atomic
def close_account(*, user_id: int, by: User, at: datetime) -> User:
    """Stop an account from signing in; its history stays."""
    require(by, rules.MANAGE_ACCOUNTS, at=at)
    user = User.objects.select_for_update().get(pk=user_id)
    if user.pk == by.pk:
        raise AccountRefused(_("You cannot close your own account. Ask another administrator."))
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit.record("kernel.account_closed", by=by, at=at, subject=f"kernel.user:{user.pk}")
    return user


@transaction.atomic
def swap_day(*, day: date, works: bool, reason: str, by: User, at: datetime) -> SwappedDay:
    """Enter a day that works although the calendar rests, or rests although it works; entering it again corrects it."""
    require(by, rules.MANAGE_CALENDAR, at=at)
    if not reason.strip():
        raise LantoaError(_("Name the decision that swaps this day."))
    swapped, _made = SwappedDay.objects.update_or_create(
        day=day, defaults={"works": works, "reason": reason.strip(), "entered_by": by}
    )
    audit.record("kernel.day_swapped", by=by, at=at, subject=f"kernel.swappedday:{day}", facts={"works": works})
    return swapped
