from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "lantoa.portal"
    label = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        """A menu that names what there is not, colours nobody can read and a seal that is none are refused at
        start; what search keeps is told."""
        from lantoa.portal import dress, holdings, menu  # noqa: PLC0415  (models are not ready before)

        register(menu.check_menu)
        register(dress.check_dress)
        holdings.register()
