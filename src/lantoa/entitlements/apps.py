from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EntitlementsConfig(AppConfig):
    """What a household can get, as rules that staff write and a second person approves."""

    name = "lantoa.entitlements"
    label = "entitlements"
    verbose_name = _("Entitlements")

    def ready(self) -> None:
        """Show the approvers a rule in words."""
        from lantoa.entitlements import showing  # noqa: PLC0415  (models exist only now)

        showing.register()
