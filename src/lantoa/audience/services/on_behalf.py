"""What an officer does on a person's page at their word: the act and its line on the register, in one transaction."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lantoa.audience.enums import CameBy, Means, RightKind
from lantoa.audience.models import Address, Person
from lantoa.audience.services.consent import withdraw_consent
from lantoa.audience.services.people import correct_address, erase_person
from lantoa.audience.services.rights import record_done
from lantoa.kernel.models import User


@transaction.atomic
def withdraw_on_behalf(
    *, by: User, at: datetime, person: Person, means: Means, note: str, purpose: str | None, channel: str | None
) -> list[tuple[int, str, str]]:
    """Record a no said at the counter or by phone; `note` says where it is written down."""
    ended = withdraw_consent(by=by, at=at, people=[person], means=means, proof={"note": note}, purpose=purpose,
                             channel=channel)  # fmt: skip
    record_done(by=by, at=at, person=person, kind=RightKind.WITHDRAW, came_by=CameBy(means.value), text=note)
    return ended


@transaction.atomic
def correct_on_behalf(*, by: User, at: datetime, address: Address, typed: str) -> Address:
    """Put a wrong address right. Raises `BadAddressError`, `SameAddressError`."""
    row = correct_address(by=by, at=at, address=address, typed=typed)
    record_done(by=by, at=at, person=row.person, kind=RightKind.CORRECT, came_by=CameBy.COUNTER,
                text=_("An address was put right."))  # fmt: skip
    return row


@transaction.atomic
def erase_on_behalf(*, by: User, at: datetime, person: Person) -> Person:
    """Erase a person's data at their word."""
    row = erase_person(by=by, at=at, person=person)
    record_done(
        by=by, at=at, person=row, kind=RightKind.ERASE, came_by=CameBy.COUNTER, text=_("Everything was erased.")
    )
    return row
