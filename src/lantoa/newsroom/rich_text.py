"""Rich text on its way to readers."""

from django.utils.safestring import SafeString
from wagtail.rich_text import expand_db_html

from lantoa.kernel.text import clean_html

_BETWEEN = "\0"
"""Stands in no text that the database holds."""


def written(source: str) -> SafeString:
    """Rich text as readers get it: its links followed, and nothing in it but writing."""
    return written_together([source])[0]


def written_together(sources: list[str]) -> list[SafeString]:
    """The same for many pieces, whose links are looked up together."""
    whole = expand_db_html(_BETWEEN.join(sources))
    return [SafeString(clean_html(piece)) for piece in whole.split(_BETWEEN)]
