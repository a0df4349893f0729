from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "lantoa.desk"
    label = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        """Tie what listening hears to outreach, which counts who wrote back and takes words on placements; the two do
        not know each other."""
        from lantoa.listening.enums import Door  # noqa: PLC0415  (models exist only now)
        from lantoa.listening.intake import register_taker  # noqa: PLC0415
        from lantoa.listening.selectors import writers  # noqa: PLC0415
        from lantoa.outreach.confirm_words import take  # noqa: PLC0415
        from lantoa.outreach.replies import register_writers  # noqa: PLC0415

        register_writers("zalo", partial(writers, Door.ZALO))
        register_writers("telegram", partial(writers, Door.TELEGRAM))
        register_taker("placements", take)
