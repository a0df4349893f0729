"""Who can be reached, added up: people of the same place, language and reach stand in one cell. Kept by triggers."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from lantoa.audience.models.people import AudienceGroup, Person


class DateMultiRangeField(models.Field[None, None]):
    """Several spans of days; written by the database alone."""

    def db_type(self, connection: Any) -> str:
        """PostgreSQL's own type."""
        return "datemultirange"


class Cell(models.Model):
    """One place (hamlet 0: not known), language and reach, as people share them; `reach` holds "purpose:channel".

    Never changed. Two transactions at once may each make the same cell; sums over cells do not mind.
    """

    unit_id = models.BigIntegerField()
    hamlet_id = models.BigIntegerField()
    language = models.CharField(max_length=2)
    reach = ArrayField(models.CharField(max_length=41))

    class Meta:
        indexes = [models.Index(fields=["unit_id", "hamlet_id", "language", "reach"], name="audience_cell_key")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.language} {self.reach}"


class Standing(models.Model):
    """The cell a person stands in now; the erased stand in none."""

    person = models.OneToOneField(
        Person, on_delete=models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )
    cell = models.ForeignKey(Cell, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)

    def __str__(self) -> str:
        return f"#{self.person_id} in {self.cell_id}"


class Tally(models.Model):
    """Who came into a cell and who left it, by statement; a cell's size is the sum, which is exact in every snapshot.

    Rows are only added, so nobody waits for anybody; a job folds them.
    """

    cell = models.ForeignKey(Cell, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    people = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.cell_id} {self.people:+}"


class GroupTally(models.Model):
    """`Tally` of those in a cell who belong to a group on the same days, so that each counts once on any day."""

    group = models.ForeignKey(AudienceGroup, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)
    days = DateMultiRangeField()
    cell = models.ForeignKey(Cell, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    people = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.group_id} in {self.cell_id} {self.people:+}"
