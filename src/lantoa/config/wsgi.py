"""The WSGI door: baked pages first, Django behind them."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
_django = get_wsgi_application()

from django.conf import settings  # noqa: E402  (Django is set up by now)

from lantoa.portal.baking.layer import BakedPages  # noqa: E402

application = BakedPages(_django, settings.LANTOA_BAKED)
application.watch()
