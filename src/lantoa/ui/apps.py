from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """Tokens, components and charts: what every page is made of."""

    name = "lantoa.ui"
    label = "ui"
    verbose_name = _("Interface")
