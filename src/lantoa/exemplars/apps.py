from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExemplarsConfig(AppConfig):
    name = "lantoa.exemplars"
    label = "exemplars"
    verbose_name = _("Role models and good ways")

    def ready(self) -> None:
        """Tell everybody what is kept, and the newsroom which pages must not go out and what it should ask of them."""
        from lantoa.exemplars import checks, holdings, selectors  # noqa: F401, PLC0415  (models exist only now)
        from lantoa.newsroom import bars  # noqa: PLC0415

        holdings.register()
        bars.register("exemplars", selectors.why_page_is_barred)
