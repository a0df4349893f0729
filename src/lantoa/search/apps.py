from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Everything public that can be found, and what people looked for in vain."""

    name = "lantoa.search"
    label = "search"
    verbose_name = _("Search")
