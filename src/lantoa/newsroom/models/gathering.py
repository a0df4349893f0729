"""Pages of every kind side by side: what a column, a campaign or a special page gathers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, Value
from wagtail.models import Page

from lantoa.newsroom.addresses import address_of
from lantoa.newsroom.models.readable import ReadingPage, types_by_section
from lantoa.newsroom.public import in_public

COLUMNS = (
    "pk", "title", "listed__lead", "locale__language_code", "url_path", "first_published_at", "last_published_at",
    "listed__section",
)  # fmt: skip
NEWEST = ("-first_published_at", "-pk")


def _of(model: str, **options: Any) -> Any:
    """Triggers keep the rows in step with the pages, which have the constraints."""
    return models.ForeignKey(
        model, db_constraint=False, db_index=False, on_delete=models.DO_NOTHING, related_name="+", **options
    )


class Listed(models.Model):
    """What pages of every kind have in common beside Wagtail's own row, as one table that triggers on all their tables
    keep; nothing else writes it.

    A list of many kinds is one short statement by it; a part of the statement for each kind takes longer to plan than
    to run.
    """

    page = models.OneToOneField(
        Page, primary_key=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="listed"
    )
    section = models.TextField()
    lead = models.TextField()
    audience_groups = ArrayField(models.CharField(max_length=40))
    unit_ids = ArrayField(models.BigIntegerField())
    """Every unit it is about, the further ones too; each once."""
    column = _of("newsroom.ColumnPage", null=True)
    campaign = _of("newsroom.CampaignPage", null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        indexes: ClassVar[list[Any]] = [
            GinIndex(fields=["unit_ids"], name="newsroom_listed_units"),
            models.Index(fields=["column"], condition=Q(column__isnull=False), name="newsroom_listed_column"),
            models.Index(fields=["campaign"], condition=Q(campaign__isnull=False), name="newsroom_listed_campaign"),
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.page_id}"


@dataclass(frozen=True)
class Card:
    """One page as it is listed among pages of other kinds."""

    pk: int
    title: str
    lead: str
    language: str
    url_path: str
    date: datetime | None
    changed: datetime | None
    section: str

    @classmethod
    def of(cls, page: ReadingPage) -> "Card":
        """A page that is read already, its locale with it."""
        return cls(
            page.pk, page.title, page.lead, page.locale.language_code, page.url_path, page.first_published_at,
            page.last_published_at, page.section,
        )  # fmt: skip

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
        """Its address on the site."""
        return address_of(self.language, self.url_path)


def cards(
    where: Q, *, about: Sequence[int] | None = None, kinds: Collection[str] | None = None, n: int = 60
) -> list[Card]:
    """The newest published pages, of any kind or of these, that meet a condition on Wagtail's own row and on what is
    `Listed`, and are about one of these units; one query."""
    return [Card(*row) for row in newest(where, about=about, kinds=kinds, n=n)]


def newest(
    where: Q, *, about: Sequence[int] | None = None, kinds: Collection[str] | None = None, n: int | None = None
) -> Any:
    """The query for these cards, all of them if no number is given."""
    of_these = Q(listed__isnull=False) if kinds is None else Q(listed__section__in=kinds)
    pages = in_public(Page.objects).filter(where, of_these, of_units(about))
    return pages.order_by(*NEWEST)[:n].values_list(*COLUMNS)


def newest_of_each(most: Mapping[str, int], *wheres: Q, about: Sequence[int] | None = None) -> Any:
    """The query for the newest of each of these kinds, at least as many of each as it is given if there are: first
    those that meet the first condition, behind them those that meet the next; each row ends with which."""
    pages = in_public(Page.objects).filter(of_units(about))
    first, *others = [
        pages.filter(where, listed__section=kind)
        .annotate(step=Value(step)).order_by(*NEWEST)[:n].values_list(*COLUMNS, "step")
        for step, where in enumerate(wheres)
        for kind, n in most.items()
    ]  # fmt: skip
    return first.union(*others, all=True).order_by("step", *NEWEST) if others else first


def of_units(units: Sequence[int] | None) -> Q:
    """The condition that a page is about one of these units, be it among others; any page if None is given."""
    return Q() if units is None else Q(listed__unit_ids__overlap=list(units))


def cards_in_order(ids: Collection[int]) -> list[Card]:
    """These pages as far as they are published, in this order."""
    found = {card.pk: card for card in cards(Q(pk__in=ids), n=len(ids))} if ids else {}
    return [found[pk] for pk in ids if pk in found]
