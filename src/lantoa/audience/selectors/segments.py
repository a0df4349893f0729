"""An audience as one set-based query: who matches, how many of them can be reached, by which channel."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, Count, DateField, Exists, F, Func, OuterRef, Q, QuerySet, Sum, Value

from lantoa.audience.criteria import Criteria
from lantoa.audience.enums import Language
from lantoa.audience.models import (
    AudienceGroup,
    GroupMembership,
    GroupTally,
    Person,
    Reach,
    Segment,
    Standing,
    Tally,
)
from lantoa.audience.parts import PARTS, Condition
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
    """The people who match, unordered; `purpose` replaces the criteria's own, `today` stands for a missing `on`.

    Asks people, addresses and consents themselves: what a release freezes.
    """
    found = Person.objects.present().filter(*_belonging(criteria, today or clock.today()))
    if criteria.units:
        found = found.filter(_living_in(criteria, today))
    if criteria.languages:
        found = found.filter(language__in=criteria.languages)
    if criteria.channels:
        within = Reach.objects.filter(
            person=OuterRef("pk"), channel__in=criteria.channels, purpose=purpose or criteria.purpose
        )
        found = found.filter(Exists(within))
    return found


def _living_in(criteria: Criteria, today: date | None) -> Condition:
    """People of the units or what is under or became part of them: asked once, as an array that an index takes."""
    ids = Func(ArraySubquery(_reached(criteria, today)), function="ANY")
    in_unit, in_hamlet = (Func(F(name), ids, template="%(expressions)s", arg_joiner=" = ",
                               output_field=BooleanField()) for name in ("unit_id", "hamlet_id"))  # fmt: skip
    return Q(in_unit) | Q(in_hamlet)


def _reached(criteria: Criteria, today: date | None) -> QuerySet[Any, int]:
    day = criteria.on or today or clock.today()
    return reduce(or_, (reach_ids(unit_id, on=day) for unit_id in criteria.units))


def _belonging(criteria: Criteria, today: date) -> list[Condition]:
    """Conditions on whoever's id is `OuterRef("pk")`: groups, programmes, and what other rooms know."""
    day = criteria.on or today
    found: list[Condition] = [_member_of(codes, day) for codes in (criteria.any_groups, criteria.programmes) if codes]
    found += [_member_of((code,), day) for code in criteria.all_groups]
    return found + [PARTS[name].compile(value, today) for name, value in criteria.registered.items()]


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
    """Count an audience and its reach in one query, exact at this moment; every channel counts a person once.

    Adds up what triggers keep (`models/standing.py`): whole cells where it can, else the standings of people.
    """
    about = purpose or criteria.purpose
    counted = _counted(criteria, today or clock.today())
    if criteria.units:
        ids = _reached(criteria, today)
        counted = counted.filter(Q(cell__unit_id__in=ids) | Q(cell__hamlet_id__in=ids))
    if criteria.languages:
        counted = counted.filter(cell__language__in=criteria.languages)
    if criteria.channels:
        counted = counted.filter(cell__reach__overlap=[f"{about}:{channel}" for channel in criteria.channels])
    number = Count("pk") if counted.model is Standing else Sum("people")
    return _added_up(counted.values_list("cell__reach").annotate(number=number), about)


def _counted(criteria: Criteria, today: date) -> QuerySet[Any]:
    """What to add up, by cell: everybody's tally, one group's, or the standings of those who belong."""
    codes = [*criteria.any_groups, *criteria.programmes, *criteria.all_groups]
    if len(codes) > 1 or criteria.registered:
        return Standing.objects.filter(*_belonging(criteria, today))
    if not codes:
        return Tally.objects.all()
    day = Value(criteria.on or today, DateField())
    on_day = Func(F("days"), day, template="%(expressions)s", arg_joiner=" @> ", output_field=BooleanField())
    return GroupTally.objects.filter(on_day, group__code=codes[0])


def _added_up(rows: Iterable[tuple[list[str], int]], purpose: str) -> Size:
    people = reachable = 0
    by_channel: Counter[str] = Counter()
    for reach, count in rows:
        channels = [channel for about, _colon, channel in (one.partition(":") for one in reach) if about == purpose]
        people += count
        reachable += count if channels else 0
        by_channel.update(dict.fromkeys(channels, count))
    return Size(people, reachable, {channel: count for channel, count in sorted(by_channel.items()) if count})


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
