"""What other rooms and pages read of agencies: who they are on a date, who holds a post, who is responsible today."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import override

from lantoa.agencies.enums import AgencyKind
from lantoa.agencies.matching import AgencyMatch, Candidate, match
from lantoa.agencies.models import Agency, AgencyVersion, Post, Subject, Succession
from lantoa.kernel import prepared
from lantoa.kernel.access import Grant, granted, held_over
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.territory import selectors as territory

if TYPE_CHECKING:
    from lantoa.territory.models import Unit

# Access


def grants_of(user: User, at: datetime) -> Sequence[Grant]:
    """The grants of the posts a user holds at a moment: the role over everything the agency's unit reaches that day.

    One query; the units stay a subquery.
    """
    day = timezone.localdate(at)
    held = (
        AgencyVersion.objects.filter(agency__posts__user=user, agency__posts__valid__contains=day, valid__contains=day)
        .order_by("agency__posts__id")
        .values_list("agency__posts__role", "unit_id", "agency_id", "agency__posts__id")
    )
    return [
        Grant(Role(role), territory.reach_ids(unit_id, on=day), agency_id, post_id)
        for role, unit_id, agency_id, post_id in held
    ]


def title_held(user: User, permission: str, *, unit_id: int, at: datetime) -> str:
    """The post from which a person uses this right over the unit: its title or role, and its agency."""
    grant = held_over(granted(user, permission, at), unit_id)
    if grant is None:
        return ""
    day = timezone.localdate(at)
    with override(settings.LANGUAGE_CODE):
        titles = {post.pk: post.title for post in posts_of(user, day)}
        title = titles.get(grant.post_id) or str(grant.role.label)
    agency = names_on([grant.agency_id], day).get(grant.agency_id)
    return f"{title}, {agency}"[:200] if agency else title


# Agencies on a date


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """An agency as lists show it on a date."""

    id: int
    name: str
    short_name: str
    kind: str
    parent_id: int | None
    unit_id: int


def agency_on(agency_id: int, on: date) -> AgencyVersion | None:
    """What the agency was on that day; None when it did not exist."""
    return AgencyVersion.objects.filter(agency_id=agency_id, valid__contains=on).first()


def agencies_on(
    on: date, *, kinds: Iterable[str] = (), unit_ids: "QuerySet[Any, int] | None" = None
) -> list[AgencyRow]:
    """The agencies of that day in dictionary order, of some kinds and within some units if named."""
    versions = AgencyVersion.objects.filter(valid__contains=on)
    if kinds:
        versions = versions.filter(kind__in=list(kinds))
    if unit_ids is not None:
        versions = versions.filter(unit_id__in=unit_ids)
    return [
        AgencyRow(*row)
        for row in versions.values_list("agency_id", "name", "short_name", "kind", "parent_id", "unit_id")
    ]


def names_on(ids: Iterable[int], on: date) -> dict[int, str]:
    """Agency id → name on that day; one that had ended keeps its last name."""
    versions = AgencyVersion.objects.filter(agency_id__in=list(ids)).order_by("valid")
    names: dict[int, str] = {}
    settled: set[int] = set()
    for agency_id, name, valid in versions.values_list("agency_id", "name", "valid"):
        if agency_id not in settled:
            names[agency_id] = name
        if on in valid:
            settled.add(agency_id)
    return names


def units_on(ids: Iterable[int], on: date) -> dict[int, int]:
    """Agency id → unit id on that day."""
    versions = AgencyVersion.objects.filter(agency_id__in=list(ids), valid__contains=on)
    return dict(versions.values_list("agency_id", "unit_id"))


def history(agency_id: int) -> list[AgencyVersion]:
    """All versions of the agency, the oldest first."""
    return list(AgencyVersion.objects.filter(agency_id=agency_id).order_by("valid"))


def agency_for_unit(unit_id: int, kind: str = AgencyKind.PEOPLES_COMMITTEE, *, on: date) -> Agency | None:
    """The unit's agency of that kind on that day (the highest, when it has several)."""
    version = (
        AgencyVersion.objects.filter(unit_id=unit_id, kind=kind, valid__contains=on)
        .select_related("agency")
        .order_by("parent_id", "agency_id")
        .first()
    )
    return version.agency if version else None


def match_by_name(name: str, *, on: date, province: "Unit") -> list[AgencyMatch]:
    """The agencies of a province that a text may mean on that day, the likeliest first.

    Knows abbreviations ("Sở LĐ-TB&XH"), request words ("Đề nghị …") and groups ("Các sở, ban, ngành", "UBND các
    huyện"), which yield all their members. Three queries.
    """
    known = agencies_on(on, unit_ids=territory.subtree_ids(province.pk, on=on))
    levels = {row.id: row.level for row in territory.rows_on({row.unit_id for row in known}, on)}
    return match(
        name, (Candidate(row.id, row.name, row.short_name, row.kind, levels.get(row.unit_id, 0)) for row in known)
    )


# Succession


def responsible_today(agency_id: int, *, subject: str | None = None, on: date) -> list[Agency]:
    """The agencies that answer on that day for what was addressed to this one, for a subject (a slug) if named.

    A succession for that very subject goes before one for everything; an agency that handed nothing on answers itself.
    The chain is followed to its end; one query.
    """
    onward: dict[int, list[Succession]] = {}
    for step in Succession.objects.filter(on__lte=on).select_related("subject"):
        onward.setdefault(step.from_agency_id, []).append(step)
    ends: dict[int, None] = {}
    waiting = [agency_id]
    while waiting:
        current = waiting.pop()
        heirs = _heirs(onward.get(current, []), subject)
        waiting.extend(heirs)
        if not heirs:
            ends[current] = None
    return list(Agency.objects.filter(pk__in=ends).order_by("pk"))


FOREBEARS = """
WITH RECURSIVE forebears(agency_id) AS (
    SELECT %s::bigint
    UNION
    SELECT s.from_agency_id FROM agencies_succession s JOIN forebears f ON f.agency_id = s.to_agency_id
    WHERE s.subject_id IS NULL AND s."on" <= %s
) SELECT agency_id FROM forebears
"""


def forebear_ids(agency_id: int, *, on: date) -> "QuerySet[Agency, int]":
    """Ids of the agency and of every one that had handed everything on to it by that day, as a subquery."""
    forebears = RawSQL(FOREBEARS, (agency_id, on))  # noqa: S611 - a constant with parameters
    return Agency.objects.filter(pk__in=forebears).values_list("pk", flat=True)


def _heirs(steps: Sequence[Succession], subject: str | None) -> list[int]:
    own = [step.to_agency_id for step in steps if step.subject and step.subject.slug == subject]
    return own or [step.to_agency_id for step in steps if step.subject is None]


def successions_of(agency_id: int) -> tuple[list[Succession], list[Succession]]:
    """What the agency took over and what it handed on, in time order."""
    steps = Succession.objects.select_related("subject").order_by("on", "id")
    return list(steps.filter(to_agency_id=agency_id)), list(steps.filter(from_agency_id=agency_id))


def subjects() -> list[tuple[str, str]]:
    """The fields of work that can pass on by themselves: slug and name."""
    return list(Subject.objects.values_list("slug", "name"))


# Posts


def posts_of(user: User, on: date) -> list[Post]:
    """The posts a user holds on that day."""
    return list(Post.objects.filter(user=user, valid__contains=on).order_by("acting", "id"))


def posts_of_many(user_ids: Iterable[int], on: date) -> list[Post]:
    """The posts these people hold on that day; one query."""
    return list(Post.objects.filter(user__in=list(user_ids), valid__contains=on).order_by("acting", "id"))


def main_post(user: User, on: date | None = None) -> Post | None:
    """The post a page is shown for: the oldest substantive one of that day (today by default)."""
    return (
        Post.objects.filter(user=user, valid__contains=on or timezone.localdate())
        .select_related("agency")
        .order_by("acting", "id")
        .first()
    )


def posts_at(agency_id: int) -> list[Post]:
    """All posts an agency ever had, the newest first."""
    return list(Post.objects.filter(agency_id=agency_id).select_related("user").order_by("-valid", "role", "id"))


def post(post_id: int) -> Post | None:
    """One post with its holder."""
    return Post.objects.filter(pk=post_id).select_related("user").first()


def holders(agency_id: int, role: str, on: date) -> list[User]:
    """Who holds this role at the agency on that day; acting holders last."""
    posts = Post.objects.filter(agency_id=agency_id, role=role, valid__contains=on, user__is_active=True)
    return [post.user for post in posts.select_related("user").order_by("acting", "id")]


def staff_of(agency_id: int, on: date) -> list[User]:
    """Everyone who holds a post at the agency on that day."""
    posts = Post.objects.filter(agency_id=agency_id, valid__contains=on, user__is_active=True)
    return list(User.objects.filter(pk__in=posts.values("user")).order_by("pk"))


def posts_in(units: "QuerySet[Any, int] | Iterable[int]", roles: Iterable[str], on: date) -> "QuerySet[Post]":
    """The posts of these roles held on that day at agencies of these units, with their holders."""
    here = AgencyVersion.objects.filter(unit_id__in=units, valid__contains=on).values("agency")
    rows = Post.objects.filter(agency__in=here, role__in=list(roles), valid__contains=on, user__is_active=True)
    return rows.select_related("user").order_by("acting", "user__display_name", "id")


def officers_for_unit(unit_id: int, role: str, on: date) -> list[User]:
    """Who holds this role nearest to the unit on that day: at its own agencies, else at its parent's, and so on up."""
    above = [row.id for row in territory.ancestors(unit_id, on=on)]
    nearest_first = [unit_id, *reversed(above)]
    versions = AgencyVersion.objects.filter(unit_id__in=nearest_first, valid__contains=on)
    unit_of = dict(versions.values_list("agency_id", "unit_id"))
    found: dict[int, list[User]] = {}
    posts = Post.objects.filter(agency_id__in=unit_of, role=role, valid__contains=on, user__is_active=True)
    for post in posts.select_related("user").order_by("acting", "id"):
        found.setdefault(unit_of[post.agency_id], []).append(post.user)
    return next((found[unit] for unit in nearest_first if unit in found), [])


def committee_in_charge(unit_id: int, *, on: date) -> tuple[int, str] | None:
    """Id and name of the People's Committee that answers on that day for a unit of any day: the unit's own, else its
    successor's when there is exactly one, else the nearest one above either; two queries."""
    nearest_first = territory.nearest_first(unit_id, on=on)
    committees = prepared.rows(_committees, on, told=tuple(nearest_first))
    by_unit = {unit: (pk, name) for unit, pk, name in committees}
    return next((by_unit[unit] for unit in nearest_first if unit in by_unit), None)


def _committees(on: date, *units: int) -> Any:
    here = AgencyVersion.objects.filter(unit_id__in=units, kind=AgencyKind.PEOPLES_COMMITTEE, valid__contains=on)
    return here.order_by("-agency_id").values_list("unit_id", "agency_id", "name")


def agency_in_charge(unit_id: int, *, on: date) -> int | None:
    """The id alone of `committee_in_charge`."""
    found = committee_in_charge(unit_id, on=on)
    return found[0] if found else None
