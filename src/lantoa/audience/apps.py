from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AudienceConfig(AppConfig):
    """People, consent, segments."""

    name = "lantoa.audience"
    label = "audience"
    verbose_name = _("Recipients")
