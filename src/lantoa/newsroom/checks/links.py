"""Links: their words tell where they lead, and they lead somewhere."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.kernel.text import fold
from lantoa.newsroom.checks.draft import Draft
from lantoa.newsroom.checks.registry import Check, Finding, register
from lantoa.newsroom.enums import Severity

EMPTY = frozenset(
    {"tai day", "o day", "day", "xem", "xem them", "xem tai day", "xem o day", "chi tiet", "xem chi tiet", "link",
     "nay", "duong link", "lien ket", "bam vao day", "bam day", "nhan vao day", "nhap vao day", "click",
     "click here", "here", "click vao day", "tai ve", "read more", "more", "trang nay", "bai nay"}
)  # fmt: skip
ADDRESS = re.compile(r"(?i)^(?:https?://|www\.)\S+$")


@register
class LinkWords(Check):
    """A link's words make sense by themselves: read aloud, or picked from a list of links."""

    code = "link_words"
    label = gettext_lazy("Words of links")

    def look(self, draft: Draft) -> Iterator[Finding]:
        """Links called "here", "more", or by their bare address."""
        for piece in draft.pieces:
            for link in piece.links:
                if fold(link.words).strip(" .:>»") in EMPTY or ADDRESS.match(link.words) or not link.words:
                    yield self.found(
                        piece, link.words, why=_("Out of its sentence this link says nothing of where it leads."),
                        remedy=_("Link the words that name what is there: “form for a loan”, not “here”."),
                    )  # fmt: skip


@register
class LinkAlive(Check):
    """A link to a page of this site leads to a page that readers can open, or will with this one."""

    code = "link_dead"
    label = gettext_lazy("Links that lead nowhere")
    severity = Severity.STOP

    def look(self, draft: Draft) -> Iterator[Finding]:
        """Links to pages that are drafts, were taken down or never were."""
        for piece, link in draft.dead_links:
            yield self.found(
                piece, link.words or link.address,
                why=_("Behind this link stands no page that is public or goes out with this one."),
                remedy=_("Link a published page, publish that page first, or put both into one bundle."),
            )  # fmt: skip
