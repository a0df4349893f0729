"""What the cases keep of one person, told to that person."""

from django.utils.translation import gettext as _

from lantoa.audience import holdings
from lantoa.audience.holdings import Holding
from lantoa.kernel.clock import local
from lantoa.kernel.text import date_text
from lantoa.listening.models import Case
from lantoa.listening.selectors import first_words


def cases_of(person_id: int) -> Holding:
    """What the person asked or told, and where it stands. Two queries."""
    cases = list(Case.objects.filter(person_id=person_id).with_state().order_by("-pk"))
    words = first_words(cases)
    return Holding(
        title=_("What you asked or told us"),
        until=_("Kept as a case; your name and address go when you ask us to erase them."),
        why=_("So that it is answered, and so that the answer can be found again."),
        columns={"number": _("Number"), "at": _("Day"), "text": _("In your words"), "state": _("State")},
        rows=[
            {
                "number": case.number,
                "at": date_text(local(case.received_at).date()),
                "text": words.get(case.pk, ""),
                "state": str(case.status.label),
            }
            for case in cases
        ],
    )


def register() -> None:
    """Answer for cases on people's own pages."""
    holdings.register("cases", cases_of)
