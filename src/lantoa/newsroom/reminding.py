"""A word by e-mail: to the owner of a page, that the day comes near on which it is to be read again; to whoever sent a
version, that the law kept it back at its hour."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.approvals.models import Submission
from lantoa.channels.staff_mail import write_to
from lantoa.kernel.models import User
from lantoa.newsroom import checks
from lantoa.newsroom.freshness import Line
from lantoa.newsroom.models import KeptBack
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
        listed = "\n".join(f"- {_named(one)}" for one in lines[:SHOWN] if one.due_on)
        board = f"{settings.LANTOA_BASE_URL}{reverse('desk:freshness')}"
        text = _("Please read these pages again. Still right? One press says so; else write a new version.") + (
            f"\n\n{listed}\n\n{board}"
        )
    key = f"reread-{owner.pk}-{timezone.localdate(at):%Y%m%d}"
    return write_to(owner, key=key, subject=subject, text=text, at=at)


def _named(one: Line) -> str:
    said = f"{one.title} ({writing.date(one.due_on)})" if one.due_on else one.title
    return said + (": " + _("cites what binds no more: %(numbers)s") % {"numbers": one.lapsed} if one.lapsed else "")


@transaction.atomic
def tell_of_kept_back(*, revision_id: int, at: datetime) -> bool:
    """Write once to whoever sent a version that the law kept back; False when it waits no more, or they could not be
    written to."""
    rows = KeptBack.objects.select_for_update(of=("self",)).select_related("revision")
    row = rows.filter(revision=revision_id).first()
    if row is None or row.mailed_at is not None or row.revision.approved_go_live_at is None:
        return False
    version = row.revision.as_object()
    approval = version.approval_of_revision(row.revision)
    over = checks.turned(version, on=timezone.localdate(at), codes=["law"])
    if approval is None or not over:
        return False
    sent = Submission.objects.select_related("submitted_by").get(decision=approval.decision_id)
    with translation.override("vi"):
        facts = {
            "title": sent.label, "why": "\n".join(f"- {one.words}" for one in over),
            "url": f"{settings.LANTOA_BASE_URL}{reverse('editorial:story', args=[version.pk])}",
        }  # fmt: skip
        subject = _("Did not go out: %(title)s") % facts
        text = (
            _(
                "The hour of “%(title)s” came, and the law it cites has changed since it was sent:\n%(why)s\n\n"
                "It goes out by itself once that law binds; else write a new version and send it.\n\nOpen it: %(url)s"
            )
            % facts
        )
    if write_to(sent.submitted_by, key=f"kept-back-{revision_id}", subject=subject, text=text, at=at):
        row.mailed_at = at
        row.save(update_fields=["mailed_at"])
    return row.mailed_at is not None
