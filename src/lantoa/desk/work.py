"""A piece of work on somebody's desk: what, until when, and the one thing to press."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.kernel.access import PERMISSIONS
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.ui.templatetags.ui import vn_date, vn_datetime

LATE, TODAY, WEEK = "late", "today", "week"
A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Job:
    """One line of "my work today"; `when` is late, today or week, `due` says it in words."""

    when: str
    icon: str
    title: str
    url: str
    action: str
    text: str = ""
    due: str = ""
    sort: str = ""
    other: str = ""
    other_url: str = ""


@dataclass(frozen=True)
class Worker:
    """Who asks, with which roles, at what moment."""

    user: User
    roles: frozenset[Role]
    at: datetime
    agency_ids: frozenset[int] = field(default_factory=frozenset)

    @property
    def today(self) -> date:
        """The day it is here."""
        return timezone.localdate(self.at)

    def may(self, permission: str) -> bool:
        """Whether one of the posts held now carries this right; asks the database nothing."""
        return bool(self.roles & PERMISSIONS[permission].roles)

    def bucket(self, due: datetime | None) -> str:
        """Late, today or within the week; without a date it is for today."""
        if due is None:
            return TODAY
        if due < self.at:
            return LATE
        return TODAY if timezone.localdate(due) <= self.today else WEEK


type Provider = Callable[[Worker], Iterable[Job]]


def by(due: datetime | None) -> str:
    """ "before …" in words, or nothing."""
    return _("Before %(moment)s") % {"moment": vn_datetime(due)} if due else ""


def by_day(due: date | None, today: date) -> str:
    """A due day in words."""
    if due is None:
        return ""
    if due < today:
        return _("Late since %(day)s") % {"day": vn_date(due)}
    return _("Today") if due == today else _("Due %(day)s") % {"day": vn_date(due)}


@dataclass(frozen=True, slots=True)
class Pile:
    """The work of one stretch of time."""

    key: str
    title: str
    jobs: Sequence[Job]


def piles(jobs: Iterable[Job]) -> list[Pile]:
    """Late, today, this week, each the most pressing first; empty ones are left out."""
    titles = {LATE: _("Late"), TODAY: _("Today"), WEEK: _("This week")}
    found = list(jobs)
    sorted_into = {key: sorted((job for job in found if job.when == key), key=lambda job: job.sort) for key in titles}
    return [Pile(key, titles[key], some) for key, some in sorted_into.items() if some]
