from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TerritoryConfig(AppConfig):
    """Administrative units through time."""

    name = "lantoa.territory"
    label = "territory"
    verbose_name = _("Territory")
