"""Closed lists of planning, and the table of moves a task may make."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskStatus(models.TextChoices):
    """How far a task is. Being late is no status: it follows from the due date."""

    OPEN = "open", _("Not given to anyone")
    ASSIGNED = "assigned", _("Not begun")
    ACTIVE = "active", _("Under way")
    BLOCKED = "blocked", _("Held up")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


MOVES: dict[str, tuple[str, ...]] = {
    TaskStatus.OPEN: (TaskStatus.ASSIGNED, TaskStatus.DROPPED),
    TaskStatus.ASSIGNED: (TaskStatus.ACTIVE, TaskStatus.BLOCKED, TaskStatus.DROPPED),
    TaskStatus.ACTIVE: (TaskStatus.DONE, TaskStatus.BLOCKED, TaskStatus.DROPPED),
    TaskStatus.BLOCKED: (TaskStatus.ACTIVE, TaskStatus.DROPPED),
    TaskStatus.DONE: (TaskStatus.ACTIVE,),
    TaskStatus.DROPPED: (TaskStatus.ASSIGNED,),
}
"""From a status to those a task may take next; the database refuses every other move."""

FINISHED = (TaskStatus.DONE, TaskStatus.DROPPED)


class ImportState(models.TextChoices):
    """What became of an uploaded plan."""

    DRAFT = "draft", _("To be confirmed")
    CONFIRMED = "confirmed", _("Confirmed")
    DISCARDED = "discarded", _("Discarded")
