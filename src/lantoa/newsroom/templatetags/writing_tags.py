"""What templates of the newsroom do to words."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from wagtail.blocks import StreamValue

from lantoa.kernel.text import clean_html
from lantoa.newsroom.blocks import Paragraph
from lantoa.newsroom.rich_text import written_together
from lantoa.newsroom.selectors import law_links

register = template.Library()


@register.filter
def cleaned(html: str) -> SafeString:
    """Rich text with nothing in it but writing, whichever way it came into the database."""
    return SafeString(clean_html(str(html)))


@register.simple_tag(takes_context=True)
def story(context: Context, pieces: StreamValue) -> SafeString:
    """`{% story page.body %}`: every piece drawn in its order; the links of all paragraphs are looked up together."""
    shared = context.flatten()
    paragraphs = iter(written_together([one.value.source for one in pieces if isinstance(one.block, Paragraph)]))
    drawn = (next(paragraphs) if isinstance(one.block, Paragraph) else one.render(shared) for one in pieces)
    return SafeString("".join(drawn))


@register.inclusion_tag("newsroom/legal_basis.html")
def legal_basis(references: StreamValue) -> dict[str, Any]:
    """`{% legal_basis page.legal %}`: the texts a page rests on, with its address in the library if it is there."""
    texts = [one.value for one in references]
    links = law_links(text["number"] for text in texts)
    return {"laws": [(text, links.get(text["number"], "")) for text in texts]}
