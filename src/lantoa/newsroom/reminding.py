"""A word to the owner of a page, by e-mail: the day has come near on which it is to be read again."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.channels.staff_mail import write_to
from lantoa.kernel.models import User
from lantoa.newsroom.freshness import Line
from lantoa.newsroom.services import reminders_due
from lantoa.ui import writing

SHOWN = 40
"""Pages named in one mail; the board has them all."""


def remind_owners(*, at: datetime) -> int:
    """Write to each owner of pages whose day comes near, one mail for all of them; returns how many mails went out.

    A day of a page is told once, also when no mail could go: the desk says it in any case.
    """
    due = reminders_due(at=at)
    owners = User.objects.in_bulk(list(due))
    return sum(_tell(owners[pk], lines, at=at) for pk, lines in due.items() if pk in owners)


def _tell(owner: User, lines: list[Line], *, at: datetime) -> bool:
    with translation.override("vi"):
        count = len(lines)
        subject = ngettext("%(n)s page to read again", "%(n)s pages to read again", count) % {"n": count}
        listed = "\n".join(f"- {one.title} ({writing.date(one.due_on)})" for one in lines[:SHOWN] if one.due_on)
        board = f"{settings.LANTOA_BASE_URL}{reverse('desk:freshness')}"
        text = _("Please read these pages again. Still right? One press says so; else write a new version.") + (
            f"\n\n{listed}\n\n{board}"
        )
    key = f"reread-{owner.pk}-{timezone.localdate(at):%Y%m%d}"
    return write_to(owner, key=key, subject=subject, text=text, at=at)
