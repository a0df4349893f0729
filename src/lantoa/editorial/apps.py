from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditorialConfig(AppConfig):
    """The desk of editors: what is ordered, where each story stands, and what goes out together."""

    name = "lantoa.editorial"
    label = "editorial"
    verbose_name = _("Editors' desk")
