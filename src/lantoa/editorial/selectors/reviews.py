"""What waits to be read, by when, who may read it, who is away and who stands in."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from lantoa.agencies import selectors as agencies
from lantoa.approvals.models import Submission, SubmissionAuthor, SubmissionQuerySet
from lantoa.approvals.rules import DECIDE
from lantoa.editorial.enums import ReviewStep
from lantoa.editorial.models import Absence
from lantoa.kernel.access import PERMISSIONS, granted
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.newsroom import selectors as newsroom
from lantoa.newsroom.rules import CHECK_LAW
from lantoa.territory import selectors as territory

PAGES = "newsroom.page:"
STEPS = (ReviewStep.SOON, ReviewStep.LATE, ReviewStep.NOBODY)
LAW_STEPS = (ReviewStep.LAW_SOON, ReviewStep.LAW_LATE, ReviewStep.LAW_NOBODY)


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone who may read it now, the post it comes from, whether that is acting, and the last day away."""

    user: User
    post: str
    acting: bool
    away_until: date | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A text that waits for its reader: for the legal check, or for whoever decides. `soon` it is late."""

    submission: Submission
    late: bool
    readers: tuple[Reader, ...]
    for_law: bool = False
    soon: bool = False

    @property
    def present(self) -> tuple[Reader, ...]:
        """Those who can read it today."""
        return tuple(one for one in self.readers if one.away_until is None)

    @property
    def steps(self) -> list[ReviewStep]:
        """What there is to call to mind today."""
        soon, late, nobody = LAW_STEPS if self.for_law else STEPS
        due = {soon: self.soon, late: self.late, nobody: not self.present}
        return [step for step, there in due.items() if there]


def open_reviews() -> SubmissionQuerySet:
    """The pages that wait for a decision, the most pressing first."""
    rows: SubmissionQuerySet = Submission.objects.open().filter(subject__startswith=PAGES)
    return rows.select_related("submitted_by", "unit").order_by("due_at", "submitted_at", "pk")


def reviews_of(user: User, *, at: datetime) -> SubmissionQuerySet:
    """The same in the person's units."""
    rows: SubmissionQuerySet = open_reviews().visible_to(user, at=at)
    return rows


def waiting(rows: Iterable[Submission], *, at: datetime) -> list[Waiting]:
    """These with everyone who may take each a step further: give its legal check, then decide on it; as many queries
    for one as for a hundred."""
    listed, day = list(rows), timezone.localdate(at)
    law = newsroom.law_asked(row.pk for row in listed)
    chains = _upward({row.unit_id for row in listed}, day)
    above = {unit for chain in chains.values() for unit in chain}
    posts = list(agencies.posts_in(above, PERMISSIONS[DECIDE].roles | PERMISSIONS[CHECK_LAW].roles, day))
    homes = agencies.units_on({post.agency_id for post in posts}, day)
    away = {one.user_id: one.last_on for one in Absence.objects.on(day).filter(user__in=[p.user_id for p in posts])}
    wrote = set(SubmissionAuthor.objects.filter(submission__in=listed).values_list("submission", "user"))
    found = []
    for row in listed:
        check = getattr(asked, "law_check", None) if (asked := law.get(row.pk)) else None
        roles = PERMISSIONS[CHECK_LAW if asked and check is None else DECIDE].roles
        done = {row.submitted_by_id} | ({check.by_id} if asked and check and not asked.law_may_approve else set())
        readers: dict[int, Reader] = {}
        for post in posts:
            own = (row.pk, post.user_id) in wrote or post.user_id in done
            if post.role in roles and homes.get(post.agency_id) in chains[row.unit_id] and not own:
                name = post.title or post.get_role_display()
                readers.setdefault(post.user_id, Reader(post.user, name, post.acting, away.get(post.user_id)))
        late, soon = bool(row.due_at and row.due_at < at), _is_soon_late(row, at)
        found.append(Waiting(row, late, tuple(readers.values()), for_law=bool(asked and check is None), soon=soon))
    return found


def _is_soon_late(row: Submission, at: datetime) -> bool:
    """Whether the last hours of its term have begun; a term that is no longer than these hours has none."""
    if row.due_at is None:
        return False
    begins = row.due_at - timedelta(hours=settings.LANTOA_REVIEW_REMIND_HOURS)
    return row.submitted_at < begins <= at <= row.due_at


def _upward(units: Collection[int], day: date) -> Mapping[int, set[int]]:
    """Each unit with all above it that day; one query a rank."""
    parents: dict[int, int | None] = {}
    asked = set(units)
    while asked:
        rows = territory.rows_on(asked, day)
        parents |= {row.id: row.parent_id for row in rows}
        asked = {row.parent_id for row in rows if row.parent_id and row.parent_id not in parents}
    chains: dict[int, set[int]] = {}
    for unit in units:
        chain, step = {unit}, parents.get(unit)
        while step is not None:
            chain.add(step)
            step = parents.get(step)
        chains[unit] = chain
    return chains


def absences(user: User, *, at: datetime) -> list[Absence]:
    """Who of the person's units is or will be away, the person included."""
    rows = Absence.objects.filter(cancelled_at=None, last_on__gte=timezone.localdate(at))
    ids = {person.pk for person in noted_for(user, at=at)} | {user.pk}
    return list(rows.filter(user__in=ids).select_related("user"))


def noted_for(user: User, *, at: datetime) -> list[User]:
    """Whose absence a person may note: their own, and a leader those of readers in the units they lead."""
    found = {user.pk: user}
    for grant in granted(user, DECIDE, at):
        if grant.role == Role.LEADER:
            posts = agencies.posts_in(grant.units, PERMISSIONS[DECIDE].roles, timezone.localdate(at))
            found |= {post.user_id: post.user for post in posts}
    return list(found.values())
