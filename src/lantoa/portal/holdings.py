"""What the public site itself keeps of people: words that were searched in vain, and of nobody by name."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.audience import holdings
from lantoa.audience.holdings import Holding


def searches_of(_person_id: int) -> Holding:
    """Search keeps how often words found nothing, never whose they were: nobody has rows. The room itself stands too
    low to say so."""
    return Holding(
        title=_("Words that were searched for and found nothing"),
        why=_(
            "So that editors write what is missing. Only how often and in which hours, never who asked; what holds a "
            "number, such as a phone or a card, is not kept."
        ),
        columns={},
        until=ngettext(
            "%(n)d day; words that an editor then wrote a page for, as long as they lead to it.",
            "%(n)d days; words that an editor then wrote a page for, as long as they lead to it.",
            settings.LANTOA_SEARCH_MISS_DAYS,
        ) % {"n": settings.LANTOA_SEARCH_MISS_DAYS},
    )  # fmt: skip


def register() -> None:
    """Answer for search on the page about personal data, and in people's own copies."""
    holdings.register("searches", searches_of)
