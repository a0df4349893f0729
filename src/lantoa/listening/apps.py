from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListeningConfig(AppConfig):
    name = "lantoa.listening"
    label = "listening"
    verbose_name = _("Listening")

    def ready(self) -> None:
        """Tell people's own pages what they asked us, and the search what was answered."""
        from lantoa.listening import finding, holdings  # noqa: PLC0415  (models exist only now)

        holdings.register()
        finding.register()
