"""What the stories keep of one person, told to that person."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.audience import holdings
from lantoa.audience.holdings import Holding
from lantoa.contributions.selectors import answers, of_person
from lantoa.kernel.clock import local
from lantoa.kernel.text import date_text


def stories_of(person_id: int) -> Holding:
    """What the person sent in, how they wished to be named, and where it stands. Two queries."""
    stories = list(of_person(person_id))
    answered = answers(story.pk for story in stories)
    return Holding(
        title=_("Stories you sent us"),
        why=_("So that an editor can publish them as you agreed, and tell you."),
        columns={
            "number": _("Number"), "at": _("Day"), "text": _("In your words"), "named": _("Named as"),
            "agreed": _("You agreed to"), "state": _("State"),
        },
        rows=[
            {
                "number": story.number,
                "at": date_text(local(story.received_at).date()),
                "text": "\n\n".join([story.text, *answered.get(story.pk, [])]).strip(),
                "named": story.credit_line,
                "agreed": story.consent.wording,
                "state": story.get_state_display(),
            }
            for story in stories
        ],
        until=ngettext(
            "Until you take it back; else %(n)d day after it is settled.",
            "Until you take it back; else %(n)d days after it is settled.",
            settings.LANTOA_STORY_KEEP_DAYS,
        ) % {"n": settings.LANTOA_STORY_KEEP_DAYS},
    )  # fmt: skip


def register() -> None:
    """Answer for stories on people's own pages."""
    holdings.register("stories", stories_of)
