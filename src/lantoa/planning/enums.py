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


class AudienceGroup(models.TextChoices):
    """The groups plans speak to, shared by content, messages and reports."""

    POOR_HOUSEHOLD = "poor", _("Poor households")
    NEAR_POOR_HOUSEHOLD = "near_poor", _("Near-poor households")
    NEWLY_ESCAPED_HOUSEHOLD = "newly_escaped", _("Households newly out of poverty")
    COASTAL_COMMUNE_RESIDENT = "hard_coastal", _("Residents of specially difficult communes")
    POVERTY_OFFICER = "poverty_officers", _("Poverty reduction officers")
    ETHNIC_MINORITY = "ethnic_minority", _("Ethnic minorities")
    PARTY_MEMBER = "party_members", _("Party members")
    CIVIL_SERVANT = "civil_servant", _("Civil servants")
    PUBLIC_EMPLOYEE = "public_employee", _("Public employees")
    CADRE = "cadres", _("Cadres")
    WORKER = "workers", _("Workers")
    UNION_MEMBER = "union_member", _("Members of unions and associations")
    BUSINESS = "business", _("Businesses and cooperatives")
    PRESS = "press", _("Journalists")
    YOUTH = "youth", _("Young people")
    WOMAN = "woman", _("Women")
    ORGANISATION = "organisation", _("Organisations and agencies")
    COMMUNITY = "community", _("The community")
    RESIDENT = "people", _("Residents")
