"""What a page says of itself to machines."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from lantoa.newsroom import schema

register = template.Library()


@register.simple_tag(takes_context=True)
def schema_of_page(context: Context, picture: str) -> SafeString:
    """The page being read as JSON-LD; `picture` is the address of its preview."""
    page: Any = context["page"]
    site = context.get("site")
    publisher = " ".join(filter(None, [getattr(site, "name", ""), getattr(site, "province", "")]))
    owner, request = context.get("owner") or "", context.get("request")
    way = [(one.title, one.get_url(request)) for one in context.get("ancestors") or ()]
    url = page.get_url(request)
    return schema.written(schema.of_page(page, url=url, owner=owner, publisher=publisher, picture=picture, way=way))
