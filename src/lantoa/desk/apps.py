from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "lantoa.desk"
    label = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        """Tie what listening hears to what outreach counts as written back; the two do not know each other."""
        from lantoa.listening.enums import Door  # noqa: PLC0415  (models exist only now)
        from lantoa.listening.selectors import writers  # noqa: PLC0415
        from lantoa.outreach.replies import register_writers  # noqa: PLC0415

        register_writers("zalo", partial(writers, Door.ZALO))
        register_writers("telegram", partial(writers, Door.TELEGRAM))
