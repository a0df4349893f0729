"""Closed lists that every room shares."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a post lets its holder do; see `access.declare` for the permissions of each."""

    LEADER = "leader", _("Leader")
    EDITOR = "editor", _("Editor")
    REVIEWER = "reviewer", _("Reviewer")
    CHANNEL_OFFICER = "channel_officer", _("Channel officer")
    CASE_OFFICER = "case_officer", _("Case officer")
    REPORTER = "reporter", _("Reporter")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")
    CONTRIBUTOR = "contributor", _("Contributor")


class Audience(models.TextChoices):
    """Whom plans, pages, messages and reports speak to: one list of codes for all of them.

    The plan's own audiences come first. A room may offer a part of the list: a page is ticked for those it can be
    written for, a person belongs to a group that can be written to; a plan may name any.
    """

    CADRE = "cadres", _("Cadres")
    PARTY_MEMBER = "party_members", _("Party members")
    OFFICIAL = "officials", _("Civil servants and public employees")
    WORKER = "workers", _("Workers")
    RESIDENT = "people", _("Everyone")
    POOR = "poor", _("Poor households")
    NEAR_POOR = "near_poor", _("Near-poor households")
    ESCAPED = "newly_escaped", _("Households that newly left poverty")
    COASTAL = "hard_coastal", _("Residents of specially difficult coastal communes")
    OFFICER = "poverty_officers", _("Officers who work on poverty")
    PROPAGANDIST = "propagandists", _("Propagandists")
    KHMER_READER = "khmer_readers", _("Khmer readers")
    BUSINESS = "business", _("Businesses and cooperatives")
    PRESS = "press", _("Journalists")
    ETHNIC_MINORITY = "ethnic_minority", _("Ethnic minorities")
    UNION_MEMBER = "union_member", _("Members of unions and associations")
    YOUTH = "youth", _("Young people")
    WOMAN = "woman", _("Women")
    ORGANISATION = "organisation", _("Organisations and agencies")
    COMMUNITY = "community", _("The community")
