"""Ways to pass a page on: plain links, nothing of another site is loaded."""

from typing import Any
from urllib.parse import quote

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse

from lantoa.newsroom.schema import absolute
from lantoa.portal import short

register = template.Library()
FACEBOOK = "https://www.facebook.com/sharer/sharer.php?u={url}"
"""Facebook's sharer: one parameter, the address; what it shows it reads from the page's own preview."""


@register.simple_tag
def share_of(page: Any) -> dict[str, str]:
    """The short link of a page, its QR, and the links of the networks."""
    return {**_ways(absolute(short.path(page.pk))), "qr": reverse("portal:qr", args=[short.code(page.pk)])}


@register.simple_tag(takes_context=True)
def share_here(context: Context) -> dict[str, str]:
    """The address that is being read, without what was asked of it, and the links of the networks."""
    return _ways(context["site"].address)


def _ways(link: str) -> dict[str, str]:
    """Zalo documents no link without its own script, so its pattern (with `{url}`) is a setting and is left out while
    that is empty."""
    zalo = settings.LANTOA_SHARE_ZALO
    return {
        "link": link,
        "facebook": FACEBOOK.format(url=quote(link, safe="")),
        "zalo": zalo.replace("{url}", quote(link, safe="")) if zalo.startswith("https://") else "",
    }
