from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgenciesConfig(AppConfig):
    """Organisations and posts; posts are the only source of access."""

    name = "lantoa.agencies"
    label = "agencies"
    verbose_name = _("Agencies")

    def ready(self) -> None:
        """Answer the kernel's question who holds which grants."""
        # Models exist only once the apps are ready.
        from lantoa.agencies.selectors import grants_of  # noqa: PLC0415
        from lantoa.kernel.access import register_source  # noqa: PLC0415

        register_source(grants_of)
