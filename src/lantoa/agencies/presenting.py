"""Agencies, posts and successions in the shapes the pages draw."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lantoa.agencies import selectors
from lantoa.agencies.enums import AgencyKind
from lantoa.agencies.models import AgencyVersion, Post, Succession
from lantoa.agencies.selectors import AgencyRow
from lantoa.kernel.text import date_text, fold

type Rows = list[dict[str, Any]]


def agency_url(agency_id: int, on: date | None = None) -> str:
    """The agency's page, read on a day."""
    return reverse("agencies:agency", args=[agency_id]) + (f"?on={on:%Y-%m-%d}" if on else "")


def tree_nodes(rows: Sequence[AgencyRow], on: date) -> Rows:
    """Agencies for the tree component: who has others under it opens, its own page first inside."""
    below: dict[int | None, list[AgencyRow]] = {}
    there = {row.id for row in rows}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in there else None, []).append(row)
    tops = below.get(None, [])
    return [_node(row, below, on, is_open=len(tops) == 1) for row in _committees_last(tops)]


def _committees_last(rows: Iterable[AgencyRow]) -> list[AgencyRow]:
    return sorted(rows, key=lambda row: row.kind == AgencyKind.PEOPLES_COMMITTEE)


def _node(
    row: AgencyRow, below: dict[int | None, list[AgencyRow]], on: date, *, is_open: bool = False
) -> dict[str, Any]:
    url = agency_url(row.id, on)
    inside = below.get(row.id, [])
    if not inside:
        return {"label": row.name, "text": row.short_name, "url": url}
    page = {"label": _("Open the page of %(name)s") % {"name": row.name}, "url": url}
    nodes = [page, *(_node(child, below, on) for child in _committees_last(inside))]
    return {"label": row.name, "text": str(len(inside)), "children": nodes, "open": is_open}


def found_nodes(rows: Iterable[AgencyRow], query: str, on: date) -> Rows:
    """The agencies whose name holds every word, with or without marks."""
    words = fold(query).split()
    hits = [row for row in rows if all(word in fold(f"{row.name} {row.short_name}") for word in words)]
    return [{"label": row.name, "text": row.short_name, "url": agency_url(row.id, on)} for row in hits]


def span(valid: Any) -> str:
    """A range of days for people, both ends included."""
    first = date_text(valid.lower)
    if valid.upper is None:
        return _("from %(day)s") % {"day": first}
    return f"{first} – {date_text(date.fromordinal(valid.upper.toordinal() - 1))}"


def version_rows(versions: Sequence[AgencyVersion]) -> Rows:
    """The names of an agency through time, the newest first, as definitions."""
    return [{"label": span(version.valid), "value": version.name} for version in reversed(versions)]


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post as the page lists it."""

    id: int
    person: str
    role: str
    title: str
    days: str
    acting: bool
    held: bool
    may_end: bool


def post_rows(posts: Sequence[Post], on: date) -> list[PostRow]:
    """Posts held on the day first, then those over or to come."""
    rows = [
        PostRow(
            post.pk, str(post.user), post.get_role_display(), post.title, span(post.valid), post.acting,
            on in post.valid, on in post.valid and post.valid.lower < on,
        )
        for post in posts
    ]  # fmt: skip
    return sorted(rows, key=lambda row: not row.held)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of succession."""

    name: str
    url: str
    subject: str
    day: str


def succession_steps(steps: Sequence[Succession], on: date, *, onward: bool) -> list[Step]:
    """Who took over from the agency (onward), or whom it took over from."""
    ids = [step.to_agency_id if onward else step.from_agency_id for step in steps]
    names = selectors.names_on(ids, on)
    return [
        Step(
            names[other], agency_url(other), step.subject.name if step.subject else _("everything"), date_text(step.on)
        )
        for other, step in zip(ids, steps, strict=True)
    ]


def answerable(agency_id: int, on: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """For everything and for each field of work: who answers today, with addresses. Only where it is someone else."""
    found = []
    for slug, words in [(None, _("in general")), *selectors.subjects()]:
        heirs = [agency.pk for agency in selectors.responsible_today(agency_id, subject=slug, on=on)]
        if heirs != [agency_id]:
            names = selectors.names_on(heirs, on)
            found.append((words, [(names[heir], agency_url(heir)) for heir in heirs]))
    return found
