"""A page's words without its markup: what a message can begin from."""

import re
from html import unescape

from django.utils.html import strip_tags
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

_BLOCK_END = re.compile(r"</(?:p|h[1-6]|li|div|section|blockquote|figcaption|tr|dt|dd)>|<br\s*/?>", re.IGNORECASE)
_BLANK = re.compile(r"[ \t\u00a0]*\n\s*\n\s*")


def text_of_page(page_id: int, *, limit: int = 3000) -> tuple[str, str] | None:
    """Title and plain paragraphs of a published page; None when there is no such page."""
    page = Page.objects.live().filter(pk=page_id).first()
    if page is None:
        return None
    own = page.specific
    parts = [str(getattr(own, "lead", "") or "")]
    written = [field.name for field in own._meta.get_fields() if isinstance(field, StreamField | RichTextField)]
    parts += [plain(str(getattr(own, name) or "")) for name in written]
    return str(own.title), "\n\n".join(part.strip() for part in parts if part.strip())[:limit]


def plain(html: str) -> str:
    """The words of some HTML, a blank line between blocks."""
    text = unescape(strip_tags(_BLOCK_END.sub("\n\n", html)))
    lines = "\n".join(" ".join(line.split()) for line in text.splitlines())
    return _BLANK.sub("\n\n", lines).strip()
