from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContributionsConfig(AppConfig):
    name = "lantoa.contributions"
    label = "contributions"
    verbose_name = _("People's stories")

    def ready(self) -> None:
        """Tell people's own pages what they sent, and the newsroom which pages must not go out and what it should ask
        of them."""
        from lantoa.contributions import checks, holdings, selectors  # noqa: F401, PLC0415  (models exist only now)
        from lantoa.newsroom import bars  # noqa: PLC0415

        holdings.register()
        bars.register("contributions", selectors.why_page_is_barred)
