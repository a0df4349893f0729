"""What every public page knows about the site it belongs to."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """The province's name and hotline, from configuration; nothing about any one province is in code."""
    return {
        "site": {
            "name": "Lan Tỏa",
            "province": settings.LANTOA_PROVINCE,
            "hotline": settings.LANTOA_HOTLINE,
            "hotline_hours": settings.LANTOA_HOTLINE_HOURS,
        }
    }
