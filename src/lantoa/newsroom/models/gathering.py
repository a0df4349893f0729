"""Pages of every kind side by side: what a column, a campaign or a special page gathers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Q, Value

from lantoa.newsroom.models.readable import ReadingPage, types_by_section
from lantoa.newsroom.public import in_public

COLUMNS = ("pk", "title", "lead", "url_path", "path", "locale_id", "first_published_at", "last_published_at")
NEWEST = ("-first_published_at", "-pk")


@dataclass(frozen=True)
class Card:
    """One page as it is listed among pages of other kinds."""

    pk: int
    title: str
    lead: str
    url_path: str
    path: str
    locale_id: int
    date: datetime | None
    changed: datetime | None
    section: str

    @property
    def model(self) -> type[ReadingPage]:
        """Its page type."""
        return types_by_section()[self.section]

    @property
    def kind(self) -> str:
        """Its page type in the reader's words."""
        words = str(self.model._meta.verbose_name)
        return words[:1].upper() + words[1:]

    @property
    def icon(self) -> str:
        """The sign of its page type."""
        return self.model.icon

    @property
    def url(self) -> str:
        """Its address, from as much of the page as that needs."""
        return str(self.model(pk=self.pk, url_path=self.url_path, path=self.path, locale_id=self.locale_id).url)


def cards(where: Q, *, about: Any = None, kinds: Collection[str] | None = None, n: int = 60) -> list[Card]:
    """The newest published pages, of any kind or of these, that meet a condition on what every page carries, and are
    about one of these units; one query."""
    wanted = [model for kind, model in types_by_section().items() if kinds is None or kind in kinds]
    first, *others = [_cards_of(model, where, about) for model in wanted]
    rows = first.union(*others, all=True).order_by(*NEWEST)[:n] if others else first.order_by(*NEWEST)[:n]
    return [Card(*row) for row in rows]


def cards_of_each(most: Mapping[str, int], where: Q, *, about: Any) -> list[Card]:
    """The same, but as many of each of these kinds as it is given, whatever the others have; one query."""
    kinds = types_by_section()
    first, *others = [_cards_of(kinds[kind], where, about).order_by(*NEWEST)[:n] for kind, n in most.items()]
    return [Card(*row) for row in first.union(*others, all=True).order_by(*NEWEST)]


def _cards_of(model: type[ReadingPage], where: Q, about: Any) -> Any:
    rows = in_public(model.objects).filter(where if about is None else where & model.about(about)).order_by()
    return rows.annotate(of=Value(str(model.section), CharField())).values_list(*COLUMNS, "of")


def cards_in_order(ids: Collection[int]) -> list[Card]:
    """These pages as far as they are published, in this order."""
    found = {card.pk: card for card in cards(Q(pk__in=ids), n=len(ids))} if ids else {}
    return [found[pk] for pk in ids if pk in found]
