from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    """The room where official plans come in and become tasks."""

    name = "lantoa.planning"
    label = "planning"
    verbose_name = _("Planning")
