"""What the press room keeps of one person, told to that person."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.audience import holdings
from lantoa.audience.holdings import Holding
from lantoa.kernel.clock import local
from lantoa.kernel.text import date_text
from lantoa.pressroom.selectors.journalists import details_of, of_person


def registrations_of(person_id: int) -> Holding:
    """As whom the person registered, and where that stands. One query."""
    found = [(row, details_of(row)) for row in of_person(person_id)]
    return Holding(
        title=_("Your registration as a journalist"),
        why=_("So that you may read press kits before their hour, and get answers to what you ask."),
        columns={"at": _("Day"), "name": _("Name"), "card": _("Press card"), "outlet": _("Newsroom"),
                 "state": _("State")},
        rows=[
            {
                "at": date_text(local(row.asked_at).date()), "name": told.name, "card": told.card, "outlet": row.outlet,
                "state": str(row.get_state_display()),
            }
            for row, told in found
        ],
        until=ngettext(
            "While the registration stands, and %(n)d day after it ended.",
            "While the registration stands, and %(n)d days after it ended.",
            settings.LANTOA_PRESS_KEEP_DAYS,
        ) % {"n": settings.LANTOA_PRESS_KEEP_DAYS},
    )  # fmt: skip


def register() -> None:
    """Answer for journalists on people's own pages."""
    holdings.register("journalists", registrations_of)
