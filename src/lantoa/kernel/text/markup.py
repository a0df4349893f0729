"""HTML that people wrote, reduced to what writing needs, or to its words."""

import re
from html import unescape

import nh3

TAGS = {"p", "b", "strong", "i", "em", "a", "ul", "ol", "li", "br", "h2", "h3", "h4", "sup", "sub"}
ATTRIBUTES = {"a": {"href", "lang", "hreflang"}, "p": {"lang"}, "li": {"lang"}}
SCHEMES = {"http", "https", "mailto", "tel"}
_CLEANER = nh3.Cleaner(tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
_APART = re.compile(r"</?(?:p|h\d|li|ul|ol|br|hr|blockquote)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


def clean_html(html: str) -> str:
    """The same text with paragraphs, lists, emphasis and links to web, mail and telephone; everything else is gone.

    It parses as a browser does (ammonia), so that nothing hides in broken markup; cleaning twice changes nothing.
    """
    return _CLEANER.clean(html)


def words_of(html: str) -> str:
    """The words of a piece of writing, for searching and counting: paragraphs and items stay apart, a word with one
    bold letter stays one. Never to be shown as HTML: what hides in broken markup may be left in it."""
    return unescape(_TAG.sub("", _APART.sub(" ", html))).strip()
