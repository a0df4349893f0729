"""What the register keeps of people it cannot tell apart: those put forward have no row in the vault."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.audience import holdings
from lantoa.audience.holdings import Holding


def put_forward(_person_id: int) -> Holding:
    """Named as they wish and nothing else that would find them, so nobody's own page has rows."""
    return Holding(
        title=_("Who was put forward as somebody to follow"),
        why=_(
            "So that somebody goes there, sees that it is so, and asks before anything is told. Only how they wish to "
            "be named, the hamlet and what they did; whoever is told of may take it back at their commune, and it is "
            "deleted at once."
        ),
        columns={},
        until=ngettext(
            "While it is told; %(n)d day after it was not taken.",
            "While it is told; %(n)d days after it was not taken.",
            settings.LANTOA_STORY_KEEP_DAYS,
        ) % {"n": settings.LANTOA_STORY_KEEP_DAYS},
    )  # fmt: skip


def register() -> None:
    """Answer for the register on the page about personal data, and in people's own copies."""
    holdings.register("exemplars", put_forward)
