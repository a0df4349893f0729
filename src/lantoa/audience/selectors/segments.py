"""An audience as one set-based query: who matches, how many of them can be reached, by which channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from lantoa.audience.criteria import Criteria
from lantoa.audience.enums import Language
from lantoa.audience.models import AudienceGroup, GroupMembership, Person, Reach, Segment
from lantoa.audience.rules import shown
from lantoa.kernel import clock
from lantoa.kernel.models import User
from lantoa.territory.selectors import reach_ids

NOBODY = "SELECT id AS person_id FROM audience_person WHERE false"


@dataclass(frozen=True, slots=True)
class Size:
    """How many people match, how many of them at least one channel reaches, and how many each channel reaches."""

    people: int
    reachable: int
    by_channel: Mapping[str, int] = field(default_factory=dict)

    @property
    def unreachable(self) -> int:
        """Those who match but have no usable address with consent for the purpose."""
        return self.people - self.reachable


@dataclass(frozen=True, slots=True)
class ShownSize:
    """A `Size` for eyes: None stands for "fewer than `rules.MIN_CELL`" where the audience is sensitive."""

    people: int | None
    reachable: int | None
    by_channel: Mapping[str, int | None]


def people(criteria: Criteria, *, purpose: str | None = None, today: date | None = None) -> QuerySet[Person]:
    """The people who match, unordered; `purpose` replaces the criteria's own, `today` stands for a missing `on`."""
    day = criteria.on or today or clock.today()
    found = Person.objects.present()
    if criteria.units:
        place = Q(pk__in=[])
        for unit_id in criteria.units:
            ids = reach_ids(unit_id, on=day)
            place |= Q(unit__in=ids) | Q(hamlet__in=ids)
        found = found.filter(place)
    if criteria.languages:
        found = found.filter(language__in=criteria.languages)
    for codes in (criteria.any_groups, criteria.programmes):
        if codes:
            found = found.filter(_member_of(codes, day))
    for code in criteria.all_groups:
        found = found.filter(_member_of((code,), day))
    if criteria.channels:
        within = Reach.objects.filter(
            person=OuterRef("pk"), channel__in=criteria.channels, purpose=purpose or criteria.purpose
        )
        found = found.filter(Exists(within))
    return found


def _member_of(codes: tuple[str, ...], day: date) -> Exists:
    return Exists(GroupMembership.objects.filter(person=OuterRef("pk"), group__code__in=codes, valid__contains=day))


def people_sql(
    criteria: Criteria, *, purpose: str | None = None, today: date | None = None
) -> tuple[str, tuple[Any, ...]]:
    """One SELECT of the matching people's ids, named `person_id`, with its parameters (%s), for INSERT … SELECT."""
    try:
        sql, params = people(criteria, purpose=purpose, today=today).values("pk").query.sql_with_params()
    except EmptyResultSet:
        return NOBODY, ()
    return f"SELECT id AS person_id FROM ({sql}) AS matching(id)", params  # noqa: S608 - Django wrote the inside


def segment_people_sql(
    segment_id: int, *, purpose: str | None = None, today: date | None = None
) -> tuple[str, tuple[Any, ...]]:
    """`people_sql` of a kept segment; raises Segment.DoesNotExist."""
    return people_sql(segment_criteria(segment_id), purpose=purpose, today=today)


def segment_criteria(segment_id: int) -> Criteria:
    """What a kept segment describes."""
    return Criteria.from_json(Segment.objects.values_list("criteria", flat=True).get(pk=segment_id))


def size(criteria: Criteria, *, purpose: str | None = None, today: date | None = None) -> Size:
    """Count an audience and its reach in one query; every channel counts a person once."""
    inner, params = people_sql(criteria, purpose=purpose, today=today)
    with connection.cursor() as cursor:
        cursor.execute(_SIZE.format(people=inner), [*params, purpose or criteria.purpose])
        rows = cursor.fetchall()
    totals = {kind: count for kind, channel, count in rows if channel is None}
    by_channel = {channel: count for _kind, channel, count in rows if channel is not None}
    return Size(totals["people"], totals["reachable"], by_channel)


_SIZE = """
WITH people AS MATERIALIZED ({people}),
reach AS MATERIALIZED (
    SELECT DISTINCT r.person_id, r.channel FROM audience_reach r JOIN people USING (person_id) WHERE r.purpose = %s)
SELECT 'people', NULL, count(*) FROM people
UNION ALL SELECT 'reachable', NULL, count(DISTINCT person_id) FROM reach
UNION ALL SELECT 'channel', channel, count(*) FROM reach GROUP BY channel
"""


def segment_size(segment_id: int, *, purpose: str | None = None, today: date | None = None) -> Size:
    """`size` of a kept segment."""
    return size(segment_criteria(segment_id), purpose=purpose, today=today)


def is_sensitive(criteria: Criteria) -> bool:
    """Whether a small count of this audience would tell of somebody's poverty or ethnicity."""
    codes = {*criteria.any_groups, *criteria.all_groups, *criteria.programmes}
    if Language.KHMER in criteria.languages:
        return True
    return AudienceGroup.objects.filter(code__in=codes, sensitive=True).exists()


def shown_size(criteria: Criteria, *, purpose: str | None = None) -> ShownSize:
    """The size as the desk shows it: cells of a sensitive audience below the minimum are withheld."""
    found, sensitive = size(criteria, purpose=purpose), is_sensitive(criteria)
    return ShownSize(
        shown(found.people, sensitive=sensitive),
        shown(found.reachable, sensitive=sensitive),
        {channel: shown(count, sensitive=sensitive) for channel, count in found.by_channel.items()},
    )


def segments_for(user: User, *, at: datetime | None = None) -> QuerySet[Segment]:
    """The segments a user may write to, by name."""
    return Segment.objects.visible_to(user, at=at).order_by("name", "pk")
