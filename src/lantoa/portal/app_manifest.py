"""What a phone that keeps the portal as an app is told of it: name, colours, icons and shortcuts, all from settings."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantoa.portal import icons
from lantoa.portal.context import province_name


def manifest() -> dict[str, Any]:
    """The web app manifest (W3C) in the language of the moment."""
    return {
        "id": "/",
        "name": " ".join(filter(None, [settings.LANTOA_NAME, province_name()])),
        "short_name": settings.LANTOA_NAME,
        "lang": get_language(),
        "start_url": reverse("portal:home"),
        "scope": "/",
        "display": "standalone",
        "theme_color": settings.LANTOA_COLOUR,
        "background_color": "#faf5ea",
        "icons": [_icon(size) for size in icons.OF_APPS],
        "shortcuts": [
            {"name": _("Ask or tell us"), "url": reverse("portal:feedback")},
            {"name": _("Messages that wait"), "url": reverse("portal:outbox")},
        ],
    }


def _icon(size: int) -> dict[str, str]:
    return {
        "src": reverse("portal:icon", args=[size]), "sizes": f"{size}x{size}", "type": "image/png",
        "purpose": "any maskable",
    }  # fmt: skip
