"""How fresh what is published is: which pages are to be read again, by whom, and how many of each kind.

A page's day is the one in its approved content, or the later one to which the last reading put that day off; sooner
where a text that it cites binds no more.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import granted
from lantoa.kernel.models import User
from lantoa.newsroom.addresses import address_of
from lantoa.newsroom.models import types_by_section
from lantoa.newsroom.rules import WRITE
from lantoa.territory.selectors import reach_ids


class Age(TextChoices):
    """How a page stands against its day."""

    PAST = "past", _("To be read again now")
    NEAR = "near", _("Soon to be read again")
    GOOD = "good", _("Read not long ago")
    NONE = "none", _("Without a day")


@dataclass(frozen=True, slots=True)
class Line:
    """One published page with the day it is to be read again."""

    pk: int
    title: str
    url_path: str
    language: str
    owner_id: int | None
    unit_id: int
    agency_id: int | None
    column_id: int | None
    due_on: date | None
    read_on: date | None
    section: str
    age: str
    lapsed: str
    """The texts it cites that bind no more, by number."""

    @property
    def address(self) -> str:
        """Its path on the site."""
        return address_of(self.language, self.url_path)

    @property
    def kind(self) -> str:
        """Its page type in words."""
        return str(types_by_section()[self.section]._meta.verbose_name)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many pages of one agency, or of one column, stand how."""

    past: int = 0
    near: int = 0
    good: int = 0
    none: int = 0

    @property
    def total(self) -> int:
        """All published pages of it."""
        return self.past + self.near + self.good + self.none

    @property
    def right(self) -> int:
        """Those whose day has not passed."""
        return self.near + self.good


def _ours() -> str:
    quote = connection.ops.quote_name
    parts = [
        "SELECT page_ptr_id, unit_id, owner_agency_id, column_id, review_by, "  # noqa: S608 (names of our own)
        f"'{section}'::text AS section FROM {quote(model._meta.db_table)}"
        for section, model in types_by_section().items()
    ]
    union = " UNION ALL ".join(parts)
    return _OURS.replace("__UNION__", union)


_OURS = """
WITH ours AS (
    SELECT p.id, p.title, p.url_path, l.language_code, p.owner_id, k.unit_id, k.owner_agency_id, k.column_id,
        least(coalesce(r.next_on, k.review_by), w.found_on) AS due_on, r.at AS read_at, k.section, w.lapsed
    FROM (__UNION__) k
    JOIN wagtailcore_page p ON p.id = k.page_ptr_id AND p.live
    JOIN wagtailcore_locale l ON l.id = p.locale_id
    LEFT JOIN LATERAL (
        SELECT next_on, at FROM newsroom_rereading WHERE page_id = p.id AND answers IS NOT DISTINCT FROM k.review_by
        ORDER BY id DESC LIMIT 1) r ON true
    LEFT JOIN (
        SELECT revision_id, min("on") AS found_on, string_agg(number, ', ' ORDER BY number) AS lapsed, max(at) AS at
        FROM newsroom_lapsedlaw GROUP BY revision_id) w
        ON w.revision_id = p.live_revision_id AND w.at > coalesce(r.at, '-infinity')
    WHERE %(units)s::bigint[] IS NULL OR k.unit_id = ANY(%(units)s)
), aged AS (
    SELECT *, CASE WHEN due_on IS NULL THEN 'none' WHEN lapsed <> '' OR due_on < %(today)s THEN 'past'
        WHEN due_on <= %(near)s THEN 'near' ELSE 'good' END AS age FROM ours
)"""


_LINES = """
SELECT id, title, url_path, language_code, owner_id, unit_id, owner_agency_id, column_id, due_on, read_at, section,
    age, coalesce(lapsed, '')
FROM aged WHERE age = ANY(%(ages)s) ORDER BY due_on NULLS LAST, id LIMIT %(limit)s OFFSET %(offset)s
"""
_TALLIES = """
SELECT grouping(owner_agency_id, column_id), owner_agency_id, column_id, age, count(*) FROM aged
GROUP BY GROUPING SETS ((owner_agency_id, age), (column_id, age), (age))
"""


def units_of(user: User, unit_id: int | None = None, *, on: date) -> list[int]:
    """The units whose pages a person writes, or those of them inside one unit's territory."""
    held = {pk for grant in granted(user, WRITE) for pk in grant.units}
    return sorted(held & set(reach_ids(unit_id, on=on)) if unit_id else held)


def lines(
    units: Collection[int] | None, ages: Iterable[str], *, at: datetime, limit: int | None = None, offset: int = 0
) -> list[Line]:
    """The published pages of these units (None: all) that stand so, those due first at the top. One query."""
    more = {"ages": [str(age) for age in ages], "limit": limit, "offset": offset}
    return [
        Line(*[*row[:9], timezone.localdate(row[9]) if row[9] else None, *row[10:]])
        for row in _asked(_LINES, units, at, **more)
    ]


def near(*, at: datetime) -> list[Line]:
    """Every published page whose day has passed or comes soon. One query."""
    return lines(None, (Age.PAST, Age.NEAR), at=at)


def tallies(units: Collection[int], *, at: datetime) -> tuple[Tally, dict[int | None, Tally], dict[int | None, Tally]]:
    """How the pages of these units stand: in all, by agency that answers for them, by column. One query."""
    sums: dict[int, dict[int | None, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for grouped, agency_id, column_id, age, count in _asked(_TALLIES, units, at):
        sums[grouped][agency_id if grouped == 1 else column_id][age] = count
    every, agencies, columns = ({pk: Tally(**found) for pk, found in sums[key].items()} for key in (3, 1, 2))
    return every.get(None, Tally()), agencies, columns


def _asked(query: str, units: Collection[int] | None, at: datetime, **more: Any) -> list[Any]:
    today = timezone.localdate(at)
    soon = today + timedelta(days=settings.LANTOA_REREAD_NOTICE_DAYS)
    told = {"units": None if units is None else list(units), "today": today, "near": soon, **more}
    with connection.cursor() as cursor:
        cursor.execute(_ours() + query, told)
        return list(cursor.fetchall())
