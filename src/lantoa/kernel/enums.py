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
