from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BulletinConfig(AppConfig):
    """Messages on our own pages, as feeds, and as a box on other agencies' sites."""

    name = "lantoa.bulletin"
    label = "bulletin"
    verbose_name = _("Bulletin")
