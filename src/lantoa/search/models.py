"""What can be found, the words it is made of, and what was looked for in vain.

An item lives exactly as long as what it stands for is public: the rooms put it in the transaction that publishes, and
for pages the database itself takes it out (migration 0002), whatever door closed them.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchItem(models.Model):
    """One public thing. The vectors of the whole text lie apart from the row, so that a row is narrow to sort by."""

    source = models.CharField(max_length=40)
    ref = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=8)
    unit_id = models.BigIntegerField(null=True)
    further_ids = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    published_at = models.DateTimeField()
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    lead = models.CharField(max_length=600, blank=True)
    title_folded = models.CharField(max_length=320)
    title_marked = SearchVectorField()
    title_plain = SearchVectorField()
    text_marked = SearchVectorField()
    text_plain = SearchVectorField()

    class Meta:
        verbose_name = _("thing to be found")
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["source", "ref"], name="search_item_once")]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["unit_id"], name="search_item_unit"),
            GinIndex(fields=["further_ids"], fastupdate=False, name="search_item_further"),
            GinIndex(fields=["title_marked"], fastupdate=False, name="search_item_title_marked"),
            GinIndex(fields=["title_plain"], fastupdate=False, name="search_item_title_plain"),
            GinIndex(fields=["text_marked"], fastupdate=False, name="search_item_text_marked"),
            GinIndex(fields=["text_plain"], fastupdate=False, name="search_item_text_plain"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def about(self) -> list[int]:
        """The units it is about, the one that answers for it first."""
        return [*([self.unit_id] if self.unit_id else []), *self.further_ids]


class SearchWord(models.Model):
    """A folded word that some item was made of, with its forms of one letter less: the stock to mend slips from.

    Words outlive the item they came from; nobody is shown one that finds nothing today.
    """

    word = models.CharField(primary_key=True, max_length=60)
    deletes = ArrayField(models.CharField(max_length=60))

    class Meta:
        verbose_name = _("word")
        indexes: ClassVar[list[Any]] = [GinIndex(fields=["deletes"], fastupdate=False, name="search_word_deletes")]

    def __str__(self) -> str:
        return self.word


class SearchMiss(models.Model):
    """How often a folded query found nothing on a day, and in which hours; never who asked."""

    query = models.CharField(max_length=60)
    day = models.DateField()
    hours = models.PositiveIntegerField(help_text="one bit an hour of the day")
    times = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("search that found nothing")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["query", "day"], name="search_miss_once_a_day"),
            models.CheckConstraint(condition=models.Q(query__regex=r"^[^0-9]{6,60}$"), name="search_miss_no_numbers"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.query}"


class SearchFilled(models.Model):
    """What an editor wrote for a query that had found nothing."""

    query = models.CharField(max_length=60, unique=True)
    source = models.CharField(max_length=40)
    ref = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("search that finds something now")

    def __str__(self) -> str:
        return self.query
