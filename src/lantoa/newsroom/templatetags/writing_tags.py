"""What templates of the newsroom do to words."""

from django import template
from django.utils.safestring import SafeString

from lantoa.kernel.text import clean_html

register = template.Library()


@register.filter
def cleaned(html: str) -> SafeString:
    """Rich text with nothing in it but writing, whichever way it came into the database."""
    return SafeString(clean_html(str(html)))
