from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PressroomConfig(AppConfig):
    name = "lantoa.pressroom"
    label = "pressroom"
    verbose_name = _("Press room")

    def ready(self) -> None:
        """Show a kit in words to whoever releases it, and people what is kept of them."""
        from lantoa.pressroom import holdings, kit_showing  # noqa: PLC0415  (models exist only now)

        kit_showing.register()
        holdings.register()
