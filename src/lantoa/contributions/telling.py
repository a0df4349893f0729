"""Word to the sender, at the address they left."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from lantoa.audience.selectors import vault_addresses
from lantoa.channels.contract import Accepted, Outgoing
from lantoa.channels.handing import hand_over
from lantoa.contributions.enums import LetterState, StoryHappening
from lantoa.contributions.models import Story, StoryEvent, StoryLetter
from lantoa.kernel.languages import spoken


def send_letter(*, letter_id: int, at: datetime) -> None:
    """Send a letter that waits and keep how it ended; raises `NotHandedOver` where the channel could not take it now.

    To an address that was erased meanwhile nothing goes.
    """
    letter = StoryLetter.objects.select_related("event__story__page", "event__story__address").get(pk=letter_id)
    if letter.state != LetterState.PENDING:
        return
    story = letter.event.story
    kept = vault_addresses([story.address_id]).get(story.address_id) if story.address_id else None
    if kept is None or not kept.value or story.address is None:
        _keep(letter, LetterState.REFUSED, at)
        return
    channel = story.address.channel
    outcome = hand_over(channel, _letter(letter, story, kept.value, channel), at)
    _keep(letter, LetterState.SENT if isinstance(outcome, Accepted) else LetterState.REFUSED, at,
          getattr(outcome, "reason", ""))  # fmt: skip


def _letter(letter: StoryLetter, story: Story, value: str, channel: str) -> Outgoing:
    with translation.override(spoken(story.language)):
        return Outgoing(
            key=f"story-{letter.pk}", address=value, subject=_("Your story"), language=story.language,
            text=render_to_string("contributions/letter.txt", _words(letter.event, story, channel)).strip(),
        )  # fmt: skip


def _words(event: StoryEvent, story: Story, channel: str) -> dict[str, object]:
    path = story.page.url if story.page is not None and event.happening == StoryHappening.PUBLISHED else ""
    page_url = f"{settings.LANTOA_BASE_URL}{path}" if path.startswith("/") else path
    return {
        "story": story,
        "happening": event.happening,
        "text": event.text,
        "page_url": page_url,
        "short": channel == "sms",
    }


def _keep(letter: StoryLetter, state: LetterState, at: datetime, reason: str = "") -> None:
    letter.state, letter.reason, letter.changed_at = state, reason[:120], at
    letter.save(update_fields=["state", "reason", "changed_at"])
