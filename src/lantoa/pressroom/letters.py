"""Mail to journalists: links, and word of what was decided or answered."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lantoa.channels.contract import Accepted, Outgoing
from lantoa.channels.handing import hand_over
from lantoa.channels.sealing import unseal
from lantoa.kernel.languages import spoken
from lantoa.pressroom.enums import LetterState, LinkKind
from lantoa.pressroom.models import PressLetter, PressLink
from lantoa.pressroom.selectors.journalists import mail_of
from lantoa.pressroom.services.journalists import link_token

DOORS = {LinkKind.CONFIRM: "portal:press_confirm", LinkKind.ENTER: "portal:press_enter_link"}


def send_link(*, link_id: int, at: datetime) -> None:
    """Send a link that still works to its address; raises `NotHandedOver` where a later try may help."""
    rows = PressLink.objects.select_related("journalist").filter(pk=link_id, used_at=None, expires_at__gt=at)
    if (link := rows.first()) is None:
        return
    value = mail_of(link.journalist) if link.journalist else unseal(link.typed).get("email", "")
    if not value:
        return
    with translation.override(spoken(link.language)):
        url = f"{settings.LANTOA_BASE_URL}{reverse(DOORS[LinkKind(link.kind)], args=[link_token(link)])}"
        entering = link.kind == LinkKind.ENTER
        text = render_to_string("pressroom/mail_link.txt", {"url": url, "entering": entering}).strip()
        subject = _("Your way into the press room") if entering else _("Please confirm your registration")
    hand_over("email", Outgoing(key=f"press-link-{link.pk}", address=value, subject=subject, text=text,
                                language=link.language), at)  # fmt: skip


def send_letter(*, letter_id: int, at: datetime) -> None:
    """Send a letter that waits and keep how it ended; to an address that was erased meanwhile nothing goes."""
    rows = PressLetter.objects.select_related(
        "journalist_event__journalist", "request_event__request__journalist"
    ).filter(pk=letter_id, state=LetterState.PENDING)
    if (letter := rows.first()) is None:
        return
    value = mail_of(letter.journalist)
    outcome = hand_over("email", _letter(letter, value), at) if value else None
    letter.state = LetterState.SENT if isinstance(outcome, Accepted) else LetterState.REFUSED
    letter.reason, letter.changed_at = getattr(outcome, "reason", "")[:120], at
    letter.save(update_fields=["state", "reason", "changed_at"])


def _letter(letter: PressLetter, value: str) -> Outgoing:
    language = letter.journalist.language
    with translation.override(spoken(language)):
        event = letter.request_event or letter.journalist_event
        home = f"{settings.LANTOA_BASE_URL}{reverse('portal:press_enter')}"
        said = {"letter": letter, "event": event, "home": home, "happening": event.happening if event else ""}
        about = (
            _("Your request %(number)s") % {"number": letter.request_event.request.number}
            if letter.request_event
            else _("Your registration as a journalist")
        )
        text = render_to_string("pressroom/mail_letter.txt", said).strip()
    return Outgoing(key=f"press-letter-{letter.pk}", address=value, subject=about, text=text, language=language)
