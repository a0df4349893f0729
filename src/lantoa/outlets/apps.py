from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutletsConfig(AppConfig):
    """The places where many people meet a message."""

    name = "lantoa.outlets"
    label = "outlets"
    verbose_name = _("Outlets")

    def ready(self) -> None:
        """Tell the listener whose key proves what a loudspeaker says."""
        from lantoa.outlets import hearing  # noqa: PLC0415  (models exist only now)

        hearing.register()
