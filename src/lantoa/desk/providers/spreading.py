"""Broadcasts to release, to settle, to repeat; channels that need a hand."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.channels.enums import Health
from lantoa.channels.presenting import card
from lantoa.channels.selectors import managed_accounts
from lantoa.desk.work import LATE, TODAY, Job, Worker, by
from lantoa.outreach.selectors.placements import to_confirm
from lantoa.outreach.selectors.visits import visits_waiting
from lantoa.outreach.selectors.working import approved_unsent, moving
from lantoa.outreach.selectors.working import to_release as prepared
from lantoa.ui.templatetags.ui import vn_number

FRESH = timedelta(days=14)
SHOWN = 300
"""Placements looked through for one day's work."""


def to_settle(worker: Worker) -> Iterator[Job]:
    """Broadcasts with unclear deliveries, or with people not reached."""
    for line in moving(worker.user, since=worker.at - FRESH):
        row, url = line.broadcast, reverse("outreach:broadcast", args=[line.broadcast.pk])
        if unclear := line.states.get("unknown", 0):
            title = ngettext("Settle %(n)s unclear delivery", "Settle %(n)s unclear deliveries", unclear)
            words = _("“%(title)s”: ask the provider before sending again, so that nobody gets it twice")
            yield Job(
                TODAY, "question", title % {"n": vn_number(unclear)}, url, _("Settle"),
                text=words % {"title": row.title}, due=_("Within the day"), sort=f"{row.released_at}",
            )  # fmt: skip
        missed = line.states.get("failed", 0) + line.states.get("expired", 0)
        if missed and row.state == "done":
            title = ngettext("Reach %(n)s person who was missed", "Reach %(n)s people who were missed", missed)
            yield Job(
                TODAY, "rings", title % {"n": vn_number(missed)}, reverse("outreach:missed", args=[row.pk]),
                _("See who and why"), text=_("“%(title)s”") % {"title": row.title}, sort=f"{row.released_at}",
            )  # fmt: skip


def to_visit(worker: Worker) -> Iterator[Job]:
    """People in one's units whom no channel reached and who wait for somebody to come by."""
    for row, count in visits_waiting(worker.user):
        title = ngettext("Visit %(n)s person at home", "Visit %(n)s people at home", count)
        yield Job(
            worker.bucket(row.expires_at), "house-check", title % {"n": vn_number(count)},
            reverse("outreach:visits", args=[row.pk]), _("See whom"), text=_("“%(title)s”") % {"title": row.title},
            due=by(row.expires_at), sort=row.expires_at.isoformat(),
        )  # fmt: skip


def to_put_there(worker: Worker) -> Iterator[Job]:
    """Messages that wait for a person at the outlets of one's units: each reminded of by itself, the others by
    broadcast."""
    others: dict[int, list[Any]] = {}
    for row in to_confirm(worker.user, at=worker.at)[:SHOWN]:
        if not getattr(row, "reminded", False):
            others.setdefault(row.broadcast_id, []).append(row)
            continue
        yield Job(
            LATE, "bell", _("Asked for again: %(outlet)s") % {"outlet": row.outlet.name},
            reverse("outreach:placement", args=[row.pk]), _("Say that it was there"),
            text=_("“%(title)s”") % {"title": row.broadcast.title}, sort="0",
        )  # fmt: skip
    for rows in others.values():
        last = rows[0].broadcast.expires_at
        title = ngettext("Put it at %(n)s outlet", "Put it at %(n)s outlets", len(rows)) % {"n": vn_number(len(rows))}
        one = reverse("outreach:placement", args=[rows[0].pk])
        yield Job(
            worker.bucket(last), "pin", title, one if len(rows) == 1 else reverse("outreach:placement_work"),
            _("See where"), text=_("“%(title)s”") % {"title": rows[0].broadcast.title}, due=by(last),
            sort=last.isoformat(),
        )  # fmt: skip


def to_release(worker: Worker) -> Iterator[Job]:
    """Broadcasts prepared, and approved wordings nobody has sent yet."""
    for row in prepared(worker.user):
        yield Job(
            worker.bucket(row.scheduled_for),
            "rings",
            _("Look through and release: %(title)s") % {"title": row.title},
            reverse("outreach:broadcast", args=[row.pk]),
            _("Look through"),
            text=row.get_state_display(),
            due=by(row.scheduled_for or row.expires_at),
            sort=(row.scheduled_for or row.expires_at).isoformat(),
        )
    for version in approved_unsent(worker.user, at=worker.at):
        yield Job(
            TODAY,
            "send",
            _("Approved, not yet sent: %(title)s") % {"title": version.message.title},
            f"{reverse('outreach:new')}?tin={version.message_id}",
            _("Choose who gets it"),
            text=_("Every word of version %(n)s is approved") % {"n": version.number},
            sort=version.frozen_at.isoformat(),
        )


def channels_in_trouble(worker: Worker) -> Iterator[Job]:
    """Accounts that stopped or stumble."""
    for account in managed_accounts(worker.user).filter(enabled=True, health__in=[Health.SHAKY, Health.STOPPED]):
        shown = card(account, editable=True, now=worker.at)
        yield Job(
            LATE if account.health == Health.STOPPED else TODAY,
            "warning",
            _("Channel %(name)s: %(state)s") % {"name": account.name, "state": shown.word.lower()},
            reverse("channels:edit", args=[account.pk]),
            _("Look into it"),
            text=shown.error,
            sort="0",
        )
