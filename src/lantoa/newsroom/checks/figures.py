"""Whether a reader can tell where a figure comes from."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.newsroom.checks import legal_numbers
from lantoa.newsroom.checks.draft import Draft
from lantoa.newsroom.checks.registry import Check, Finding, register

_UNITS = "%|phần trăm|tỷ|tỉ|triệu|nghìn|ngàn|hộ|người|khẩu|lao động|đồng|héc-ta|hecta|ha|tấn|căn nhà|lượt"
FIGURE = re.compile(rf"(?i)(?<![\w./,])\d[\d.,]*(?:\s*[-–]\s*\d[\d.,]*)?\s*(?:{_UNITS})(?![\w])")
SOURCE = re.compile(
    r"(?i)\btheo\s+(?!đó\b|dõi\b|hướng\b|cách\b|đuổi\b|thứ tự\b)|\bnguồn\s*:|\bsố liệu\s+(?:của|do|từ)|\bbáo cáo\b"
    r"|\bthống kê\b|\bniên giám\b|\bcông bố\b|\bcho biết\b|\bkết quả (?:rà soát|điều tra|khảo sát|bình xét)\b"
    r"|\bquy định tại\b|\bcăn cứ\b|\bsố mẫu\b"
)
SPARED = frozenset({"reference", "legal", "contact", "button", "heading"})
"""Parts that name things rather than count them."""


@register
class FigureHasSource(Check):
    """A count, a share or a sum names its source in its own piece, where the page says it again, in the law the page
    rests on, or in the sources."""

    code = "source"
    label = gettext_lazy("Figures with a source")
    languages = ("vi",)

    def look(self, draft: Draft) -> Iterator[Finding]:
        """The first figure of each piece without a source."""
        if getattr(draft.page, "sources", "").strip() or any(piece.kind == "reference" for piece in draft.pieces):
            return
        told: set[str] = set()
        for piece in draft.pieces:
            if SOURCE.search(piece.text) or legal_numbers.numbers(piece.text):
                told |= {_plain(hit) for hit in FIGURE.findall(piece.text)}
        for piece in draft.pieces:
            figures = FIGURE.findall(piece.text) if piece.kind not in SPARED else []
            if bare := [hit for hit in figures if _plain(hit) not in told]:
                yield self.found(
                    piece, bare[0], why=_("Readers cannot tell where this figure comes from."),
                    remedy=_("Name who counted and when, in the same piece or under “sources”."),
                )  # fmt: skip


def _plain(figure: str) -> str:
    return " ".join(figure.lower().split())
