from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    """The room where official plans come in and become tasks."""

    name = "lantoa.planning"
    label = "planning"
    verbose_name = _("Planning")

    def ready(self) -> None:
        """Tell the newsroom which content lines a page may serve."""
        from lantoa.newsroom import lines  # noqa: PLC0415  (models exist only now)
        from lantoa.planning.selectors import line_choices  # noqa: PLC0415

        lines.register(line_choices)
