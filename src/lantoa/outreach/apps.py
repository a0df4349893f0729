from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    name = "lantoa.outreach"
    label = "outreach"
    verbose_name = _("Outreach")

    def ready(self) -> None:
        """Tell approvals how a message is read, audience how to find whom messages reached, and people's own pages what
        the ledger keeps of them, and stations how their programme is kept."""
        from lantoa.outreach import past_reach, programme_showing, reading  # noqa: PLC0415  (models exist only now)
        from lantoa.outreach.selectors import holdings  # noqa: PLC0415
        from lantoa.outreach.services import programmes  # noqa: PLC0415

        reading.register()
        past_reach.register()
        holdings.register()
        programmes.register()
        programme_showing.register()
