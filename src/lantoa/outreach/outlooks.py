"""When a broadcast will be done, in words: before release from rates and queues, while it runs from its pace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.channels.registry import channels, described, publics
from lantoa.kernel.text import number_text
from lantoa.outreach.enums import VISIT, BroadcastState
from lantoa.outreach.forecasting import Outlook, outlook
from lantoa.outreach.models import Broadcast
from lantoa.outreach.selectors.sending import Senders
from lantoa.outreach.selectors.tally import Counts, Tally, count_of
from lantoa.outreach.wording import moment, span, speed

STARTING = timedelta(minutes=1)
"""How long after release nothing need move before one says that no worker seems to run."""


def label_of(kind: str) -> str:
    """A channel's name; people without any have one too."""
    if kind == VISIT:
        return _("Visit at home")
    known = kind in channels() or kind in publics()
    return str(described(kind).label) if known else _("No channel")


@dataclass(frozen=True, slots=True)
class Now:
    """Where a running broadcast stands: one bold sentence, and what each channel does at the moment."""

    headline: str
    details: tuple[str, ...] = ()


def before(
    row: Broadcast, units: Mapping[str, int], accounts: Mapping[str, Senders], queued: Mapping[str, Sequence[int]],
    *, start: datetime,
) -> Outlook:  # fmt: skip
    """What a release at `start` would take."""
    urgent = row.urgency == "urgent"
    lanes = [
        accounts[kind].lane(units[kind], urgent=urgent, ahead=queued.get(kind, ()))
        for kind in row.channels
        if kind in accounts and units.get(kind)
    ]
    return outlook(lanes, timezone.localtime(start), last_hour=row.expires_at)


def in_words(found: Outlook, *, start: datetime, now: datetime) -> str:
    """ "Done about 10:35, in 40 minutes"; empty when there is nothing to send."""
    if not found.passages:
        return ""
    if found.ends is None:
        return _("No end can be told: a channel has no account that can send.")
    words = {"at": moment(found.ends, now=now), "span": span(found.ends - start)}
    return _("Done about %(at)s, in about %(span)s.") % words


def passage_words(found: Outlook, kind: str, *, start: datetime, now: datetime) -> str:
    """One channel's part: when it is done, and until when it rests first."""
    one = next((each for each in found.passages if each.channel == kind), None)
    if one is None:
        return ""
    if one.begins is None or one.ends is None:
        return _("No account can send")
    done = _("done about %(at)s") % {"at": moment(one.ends, now=now)}
    if one.begins > start + STARTING:
        return _("begins %(at)s, %(done)s") % {"at": moment(one.begins, now=now), "done": done}
    return done


def while_running(row: Broadcast, found: Tally, accounts: Mapping[str, Senders], *, at: datetime) -> Now | None:
    """What one can say of a released broadcast that has not come to rest; None when it has."""
    waiting = {kind: count for kind, counts in found.by_channel.items() if (count := _waiting(counts))}
    everybody = sum(waiting.values())
    visits = waiting.pop(VISIT, 0)
    if row.state == BroadcastState.PAUSED:
        return Now(_("Paused."), (_people_wait(everybody),) if everybody else ())
    if row.state != BroadcastState.RUNNING:
        return None
    if not waiting:
        told = _visits_wait(visits) if visits else _("Receipts are still coming.")
        return Now(_("Everything is handed over."), (told,))
    pace, urgent, here = found.recent, row.urgency == "urgent", timezone.localtime(at)
    lanes = [
        accounts[kind].lane(count, urgent=urgent, rate=pace.get(kind, 0) / 60)
        for kind, count in waiting.items()
        if kind in accounts
    ]
    ends = outlook(lanes, here).ends
    details = [_doing(row, accounts.get(kind), kind, pace.get(kind, 0), at) for kind in waiting]
    if len(waiting) < len(set(row.channels)):
        details.append(_("The other channels are done."))
    if visits:
        details.append(_visits_wait(visits))
    return Now(_headline(ends, at), tuple(details))


def _waiting(counts: Counts) -> int:
    return count_of(counts, "pending", "sending")


def _people_wait(count: int) -> str:
    return _("%(n)s people are waiting.") % {"n": number_text(count)}


def _visits_wait(count: int) -> str:
    words = ngettext("%(n)s person waits for a visit.", "%(n)s people wait for a visit.", count)
    return words % {"n": number_text(count)}


def _headline(ends: datetime | None, at: datetime) -> str:
    if ends is None:
        return _("No end can be told yet.")
    return _("About %(span)s left, done at %(at)s.") % {"span": span(ends - at), "at": moment(ends, now=at)}


def _doing(row: Broadcast, accounts: Senders | None, kind: str, pace: int, at: datetime) -> str:
    """What one channel with people waiting is doing."""
    words: dict[str, Any] = {"channel": label_of(kind)}
    if pace:
        return _("%(channel)s sends %(speed)s.") % (words | {"speed": speed(pace)})
    if accounts is None or not accounts.each:
        return _("%(channel)s has no account that can send.") % words
    if accounts.rests_until:
        return _("%(channel)s: the provider asks to wait until %(at)s.") % (
            words | {"at": moment(accounts.rests_until, now=at)}
        )
    here = timezone.localtime(at)
    if accounts.window and row.urgency != "urgent" and here not in accounts.window:
        opens = moment(accounts.window.next_open(here), now=at)
        return _("%(channel)s rests for the night until %(at)s.") % (words | {"at": opens})
    if row.released_at and at - row.released_at > STARTING:
        return _("%(channel)s waits for a worker; tell an administrator if this lasts.") % words
    return _("%(channel)s is about to begin.") % words
