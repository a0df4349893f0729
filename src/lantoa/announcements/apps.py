from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnnouncementsConfig(AppConfig):
    """Messages on our own pages, as feeds, and as a box on other agencies' sites."""

    name = "lantoa.announcements"
    label = "announcements"
    verbose_name = _("Announcements")
