"""One search over what a person may see: units, messages, broadcasts, cases, pages, plans, outlets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from lantoa.channels.registry import label
from lantoa.desk.places import place
from lantoa.desk.work import Worker
from lantoa.kernel.text import fold
from lantoa.listening import rules as listening
from lantoa.listening import selectors as cases
from lantoa.newsroom import rules as newsroom
from lantoa.newsroom import selectors as pages
from lantoa.newsroom.enums import Stage
from lantoa.outlets import rules as outlets
from lantoa.outlets.selectors import outlets_named
from lantoa.outreach import rules as outreach
from lantoa.outreach.selectors.working import broadcasts_named, messages_named
from lantoa.planning import rules as planning
from lantoa.planning import selectors as plans
from lantoa.territory import naming
from lantoa.territory import rules as territory
from lantoa.territory import selectors as units
from lantoa.ui.templatetags.ui import vn_date

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: its name in some language, one line about it, where it opens."""

    title: str
    text: str
    url: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What one register holds of it."""

    title: str
    icon: str
    found: Sequence[Hit]


def find(worker: Worker, query: str) -> list[Shelf]:
    """The shelves that hold something, in the loop's order; nothing for an empty query."""
    if not fold(query):
        return []
    shelves = [
        (territory.VIEW_UNITS, _("Communes, wards, hamlets"), "pin", _units),
        (outreach.VIEW_MESSAGES, _("Messages"), "edit", _messages),
        (outreach.VIEW, _("Broadcasts"), "rings", _broadcasts),
        (listening.VIEW_CASES, _("Cases"), "ear", _cases),
        (newsroom.WRITE, _("Pages and stories"), "book", _pages),
        (planning.SEE, _("Plans"), "plan", _plans),
        (outlets.VIEW, _("Outlets"), "pin", _outlets),
    ]
    made = [Shelf(title, icon, list(look(worker, query))) for right, title, icon, look in shelves if worker.may(right)]
    return [shelf for shelf in made if shelf.found]


def _holds(text: str, query: str) -> bool:
    folded = fold(text)
    return all(word in folded for word in fold(query).split())


def _units(worker: Worker, query: str) -> Iterator[Hit]:
    root = place("don-vi/")
    for row in naming.search(query, worker.today, limit=SHOWN):
        inside = units.names_on([row.parent_id], worker.today).get(row.parent_id, "") if row.parent_id else ""
        yield Hit(row.name, " · ".join(part for part in (inside, row.code) if part), f"{root}{row.id}/" if root else "")


def _messages(worker: Worker, query: str) -> Iterator[Hit]:
    for row in messages_named(worker.user, query, limit=SHOWN):
        yield Hit(row.title, vn_date(row.edited_at), reverse("messages:compose", args=[row.pk]))


def _broadcasts(worker: Worker, query: str) -> Iterator[Hit]:
    for row in broadcasts_named(worker.user, query, limit=SHOWN):
        text = f"{row.get_state_display()} · {vn_date(row.released_at or row.created_at)}"
        yield Hit(row.title, text, reverse("outreach:broadcast", args=[row.pk]))


def _cases(worker: Worker, query: str) -> Iterator[Hit]:
    seen = list(cases.cases(worker.user, at=worker.at, query=query)[:SHOWN])
    words = cases.first_words(seen)
    for case in seen:
        text = f"{case.number} · {case.get_door_display()}"
        yield Hit(Truncator(words.get(case.pk, "")).chars(110), text, reverse("listening:case", args=[case.number]))


def _pages(worker: Worker, query: str) -> Iterator[Hit]:
    for page in pages.desk_pages_named(worker.user, query, limit=SHOWN):
        label = Stage(page.stage).label
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        yield Hit(page.title, str(label), url, page.locale.language_code)


def _plans(worker: Worker, query: str) -> Iterator[Hit]:
    for row in plans.plans(worker.user, on=worker.today):
        if _holds(f"{row.plan} {row.version.title}", query):
            yield Hit(str(row.plan), row.version.title, reverse("planning:plan", args=[row.plan.pk]))


def _outlets(worker: Worker, query: str) -> Iterator[Hit]:
    found = outlets_named(worker.user, query, limit=SHOWN)
    names = units.names_on({row.unit_id for row in found}, worker.today)
    for row in found:
        text = " · ".join(part for part in (label(row.kind), names.get(row.unit_id, "")) if part)
        yield Hit(row.name, text, reverse("outlets:outlet", args=[row.pk]))
