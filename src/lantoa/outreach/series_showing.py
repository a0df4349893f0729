"""How series, issues, reminders and triggers look on the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.kernel.access import allowed
from lantoa.kernel.enums import Audience
from lantoa.kernel.models import User
from lantoa.outreach.models import Message, Reminder, Series, SeriesIssue, Trigger, TriggerOccasion
from lantoa.outreach.outlooks import label_of
from lantoa.outreach.rules import PREPARE, RELEASE, WRITE
from lantoa.outreach.selectors.accounts import Counts
from lantoa.outreach.selectors.series import Planned, approved_version, lack_of
from lantoa.outreach.selectors.watching import lines
from lantoa.outreach.series_enums import IssueState, Lack, Rhythm, TriggerKind, Weekday

TONES = {
    IssueState.PLANNED: ("wait", "edit"),
    IssueState.READY: ("good", "shield"),
    IssueState.HELD: ("doubt", "warning"),
    IssueState.RELEASED: ("done", "check-double"),
    IssueState.MISSED: ("bad", "close"),
    IssueState.CANCELLED: ("off", "ban"),
}
DOTS = {IssueState.PLANNED: "todo", IssueState.READY: "done", IssueState.HELD: "now"}


def rule_words(row: Series) -> str:
    """ "Every Monday at 8:00"."""
    words = {"hour": f"{row.hour.hour}:{row.hour:%M}", "n": row.every or 1, "day": row.monthday}
    if row.rhythm == Rhythm.WEEKLY and row.weekday is not None:
        return _("Every %(day)s at %(hour)s") % (words | {"day": Weekday(row.weekday).label})
    if row.rhythm == Rhythm.MONTHLY:
        return _("Day %(day)s of every month at %(hour)s") % words
    return ngettext("Every %(n)s day at %(hour)s", "Every %(n)s days at %(hour)s", row.every or 1) % words


def before_words(minutes: int) -> str:
    """ "3 days before"."""
    if minutes % 1440 == 0:
        days = minutes // 1440
        return ngettext("%(n)s day before", "%(n)s days before", days) % {"n": days}
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("%(n)s hour before", "%(n)s hours before", hours) % {"n": hours}
    return ngettext("%(n)s minute before", "%(n)s minutes before", minutes) % {"n": minutes}


def sending_url(row: Planned) -> str:
    """The page of one issue or reminder."""
    return reverse("outreach:series:sending", args=["ky" if isinstance(row, SeriesIssue) else "nhac", row.pk])


def rights(user: User, row: Series | Trigger) -> dict[str, bool]:
    """What this person may do with a standing order: change and pause it, start it."""
    drafts = isinstance(row, Trigger) and row.kind == TriggerKind.PAGE
    start = allowed(user, WRITE if drafts else RELEASE, unit_id=row.unit_id)
    return {"may_prepare": allowed(user, PREPARE, unit_id=row.unit_id), "may_start": start}


def running_chip(row: Series | Trigger) -> dict[str, str]:
    """Whether it runs."""
    if row.active:
        return {"label": _("Running"), "tone": "done", "icon": "play"}
    return {"label": _("Standing still"), "tone": "wait", "icon": "pause"}


class Sending:
    """One issue or reminder as its reader may see and change it."""

    def __init__(self, row: Planned, user: User, *, at: datetime) -> None:
        self.row, self.user, self.at = row, user, at
        self.order = row.order

    @property
    def url(self) -> str:
        """Its page."""
        return sending_url(self.row)

    @property
    def title(self) -> str:
        """What it is called."""
        return self.row.title

    @property
    def kind(self) -> str:
        """A reminder says how long before."""
        return before_words(self.row.before) if isinstance(self.row, Reminder) else ""

    @property
    def weekday(self) -> str:
        """The day of the week it is due."""
        return date_format(timezone.localtime(self.row.due), "l")

    @property
    def chip(self) -> dict[str, Any]:
        """Word, tone and icon of its state."""
        tone, icon = TONES[IssueState(self.row.state)]
        return {"label": self.row.get_state_display(), "tone": tone, "icon": icon}

    @property
    def dot(self) -> str:
        """Its dot on the line of time."""
        return DOTS.get(IssueState(self.row.state), "done")

    @cached_property
    def lack(self) -> Lack:
        """What it still needs; what is settled needs nothing."""
        return lack_of(self.row, at=self.at) if self.row.is_open else Lack.NONE

    @property
    def why(self) -> str:
        """What keeps it, or kept it, in words; the broadcast's own words when it was refused."""
        if self.row.is_open:
            return str(self.lack.label) if self.lack else self.row.note or self._held_for
        return "" if self.row.state == IssueState.RELEASED else str(Lack(self.row.lack).label)

    @property
    def _held_for(self) -> str:
        return str(Lack(self.row.lack).label) if self.row.lack else ""

    @property
    def needs(self) -> list[dict[str, Any]]:
        """The four things it needs before it may go out, each with whether it is there."""
        text = self.row.message is not None
        approved = approved_version(self.row) is not None
        complete = approved and self.lack != Lack.NO_FORM
        name = self.row.scheduled_by
        named = name is not None and allowed(name, RELEASE, unit_id=self.order.unit_id, at=self.at)
        forms = _("A form for every channel: %(channels)s") % {"channels": channel_words(self.order)}
        return [
            {"good": text, "words": _("It has a text") if text else Lack.NO_TEXT.label},
            {"good": approved, "words": _("Exactly these words are approved") if approved else Lack.NOT_APPROVED.label},
            {"good": complete, "words": forms},
            {"good": named, "words": self._name_words(name, named)},
        ]

    def _name_words(self, name: User | None, named: bool) -> str:
        if name is None:
            return str(Lack.NOBODY.label)
        words = _("It goes out in the name of %(who)s") if named else _("%(who)s may no longer send")
        return words % {"who": name}

    @property
    def may_write(self) -> bool:
        """Whether this person may begin its text."""
        return allowed(self.user, WRITE, unit_id=self.order.unit_id, at=self.at)

    @property
    def may_prepare(self) -> bool:
        """Whether this person may attach a text or leave it out."""
        return allowed(self.user, PREPARE, unit_id=self.order.unit_id, at=self.at)

    @property
    def may_name(self) -> bool:
        """Whether this person may put their name to it."""
        return self.row.scheduled_by != self.user and allowed(
            self.user, RELEASE, unit_id=self.order.unit_id, at=self.at
        )

    def choices(self) -> list[Message]:
        """Messages of its unit that it could go out with: never sent, and waiting for no other hour."""
        rows = Message.objects.visible_to(self.user).filter(unit=self.order.unit_id)
        rows = rows.exclude(versions__broadcasts__isnull=False)
        over = [IssueState.MISSED, IssueState.CANCELLED]
        for kind in (SeriesIssue, Reminder):
            others = kind.objects.exclude(state__in=over).exclude(message=None)
            own = self.row.pk if isinstance(self.row, kind) else 0
            rows = rows.exclude(pk__in=others.exclude(pk=own).values_list("message", flat=True))
        return list(rows.order_by("-edited_at")[:60])


def channel_words(order: Series | Trigger) -> str:
    """The channels in their order."""
    return ", ".join(label_of(kind) for kind in order.channels)


@dataclass(frozen=True, slots=True)
class Past:
    """A settled issue with what became of its recipients."""

    sending: Sending
    states: Counts


def past(rows: Sequence[Planned], user: User, *, at: datetime) -> list[Past]:
    """Settled issues with their figures, in two queries."""
    sent = {line.broadcast.pk: line.states for line in lines([row.broadcast for row in rows if row.broadcast])}
    return [Past(Sending(row, user, at=at), sent.get(row.broadcast_id or 0, {})) for row in rows]


def series_facts(row: Series) -> list[dict[str, str]]:
    """What a series is, in lines."""
    until = date_format(row.ends_on, "d/m/Y") if row.ends_on else _("no end")
    return [
        {"label": _("Repeats"), "value": rule_words(row)},
        {"label": _("From, until"), "value": f"{row.starts_on:%d/%m/%Y} – {until}"},
        {"label": _("On a holiday"), "value": row.get_day_off_display()},
        *order_facts(row),
    ]


def trigger_facts(row: Trigger) -> list[dict[str, str]]:
    """What a trigger is, in lines."""
    if row.kind == TriggerKind.PAGE:
        set_off = {"label": _("A new page for"), "value": str(Audience(row.audience).label)}
    else:
        set_off = {"label": _("Remind"), "value": ", ".join(before_words(minutes) for minutes in row.before)}
    return [set_off, *order_facts(row)]


def order_facts(row: Series | Trigger) -> list[dict[str, str]]:
    """To whom, by which channels, in whose name."""
    return [
        {"label": _("Audience"), "value": str(row.segment)},
        {"label": _("Channels"), "value": channel_words(row)},
        {"label": _("In the name of"), "value": str(row.scheduled_by) if row.scheduled_by else _("nobody yet")},
    ]


class OccasionLine:
    """A page or an event of a trigger, with what comes next for it."""

    def __init__(self, row: TriggerOccasion, user: User, *, at: datetime) -> None:
        self.row, self.user, self.at = row, user, at
        self.over = row.moment is not None and row.moment <= at

    @cached_property
    def approved(self) -> bool:
        """Whether the page's draft is approved as it stands."""
        return approved_version(self.row) is not None

    @property
    def chip(self) -> dict[str, str]:
        """Where it stands."""
        if self.row.cancelled_at:
            return {"label": _("Called off") if self.row.moment else _("Put aside"), "tone": "off", "icon": "ban"}
        if self.row.moment is not None:
            over = {"label": _("Over"), "tone": "off", "icon": "check"}
            return over if self.over else {"label": _("Ahead"), "tone": "info", "icon": "calendar"}
        if self.row.broadcast_id:
            return {"label": _("Broadcast prepared"), "tone": "done", "icon": "check"}
        if self.approved:
            return {"label": _("Approved"), "tone": "good", "icon": "shield"}
        return {"label": _("Waits for an editor"), "tone": "wait", "icon": "edit"}

    @property
    def sendings(self) -> list[Sending]:
        """The reminders of an event, the first to go out first."""
        rows = self.row.reminders.select_related("occasion__trigger", "message", "scheduled_by", "broadcast")
        return [Sending(row, self.user, at=self.at) for row in rows.order_by("due")]

    @property
    def living(self) -> bool:
        """Whether anything can still be changed."""
        return self.row.cancelled_at is None and not self.over and self.row.broadcast_id is None
