from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsroomConfig(AppConfig):
    """Writing: pages, media and the editorial gate, on Wagtail."""

    name = "lantoa.newsroom"
    label = "newsroom"
    verbose_name = _("Newsroom")
