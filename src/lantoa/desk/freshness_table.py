"""The freshness board in rows: each page with its owner, its agency, its column and what readers said of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.models import Page

from lantoa.agencies import selectors as agencies
from lantoa.kernel import clock
from lantoa.kernel.models import User
from lantoa.listening.usefulness import Use, use_of
from lantoa.newsroom import care
from lantoa.newsroom.freshness import Age, Line, Tally
from lantoa.outreach.csv_lines import safe
from lantoa.territory import selectors as territory
from lantoa.ui import writing

SPAN = timedelta(days=90)
"""How far back readers' words count on the board."""
TONES = {
    Age.PAST: ("bad", "warning"),
    Age.NEAR: ("wait", "clock"),
    Age.GOOD: ("good", "check"),
    Age.NONE: ("off", "ban"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One page of the board."""

    line: Line
    url: str
    unit: str
    agency: str
    column: str
    owner: str
    use: Use

    @property
    def age(self) -> Age:
        """How it stands."""
        return Age(self.line.age)

    @property
    def next_day(self) -> date:
        """The day offered for its next reading: its kind's term from today, and after the day it has."""
        day = care.next_day(self.line.section, clock.today())
        return max(day, self.line.due_on + timedelta(days=1)) if self.line.due_on else day

    @property
    def tone(self) -> str:
        """The colour of its chip."""
        return TONES[self.age][0]

    @property
    def icon(self) -> str:
        """The sign on its chip."""
        return TONES[self.age][1]


def rows(lines: Sequence[Line], *, at: datetime) -> list[Row]:
    """The lines with every name and what readers said. Six queries, whatever their number."""
    today = timezone.localdate(at)
    units = territory.names_on({line.unit_id for line in lines}, today)
    offices = agencies.names_on({line.agency_id for line in lines if line.agency_id}, today)
    columns = titles({line.column_id for line in lines if line.column_id})
    owners = {user.pk: str(user) for user in User.objects.filter(pk__in={line.owner_id for line in lines})}
    urls = {line.pk: line.address for line in lines}
    used = use_of(list(urls.values()), since=today - SPAN)
    return [
        Row(
            line, urls[line.pk], units.get(line.unit_id, ""), offices.get(line.agency_id or 0, ""),
            columns.get(line.column_id or 0, ""), owners.get(line.owner_id or 0, ""), used.get(urls[line.pk], Use()),
        )
        for line in lines
    ]  # fmt: skip


def titles(ids: Iterable[int]) -> dict[int, str]:
    """The names of these columns. One query."""
    return dict(Page.objects.filter(pk__in=list(ids)).values_list("pk", "title"))


def bars(tallies: Mapping[int | None, Tally], names: Mapping[int, str], nameless: str) -> list[dict[str, Any]]:
    """Agencies or columns with their figures, those with most to do first."""
    each = [{"name": names.get(pk or 0) or nameless, "tally": tally} for pk, tally in tallies.items()]
    return sorted(each, key=lambda one: (-one["tally"].past, -one["tally"].total, one["name"]))


def as_cells(rows: Iterable[Row]) -> Iterator[list[object]]:
    """The board as a table for a spreadsheet: a head, then one page a row."""
    yield [
        _("Page"), _("Kind"), _("Read again by"), _("Last read"), _("State"), _("Place"), _("Who answers for it"),
        pgettext("of the site", "Column"), _("Written by"), _("Useful"), _("Not useful"),
        _("Problems reported"), _("Cites what binds no more"), _("Address"),
    ]  # fmt: skip
    for row in rows:
        line, use = row.line, row.use
        days = [writing.date(day) if day else "" for day in (line.due_on, line.read_on)]
        words = [row.unit, row.agency, row.column, row.owner]
        yield [
            safe(line.title), line.kind, *days, str(row.age.label), *map(safe, words), use.yes, use.no, use.reports,
            safe(line.lapsed), f"{settings.LANTOA_BASE_URL}{row.url}",
        ]  # fmt: skip
