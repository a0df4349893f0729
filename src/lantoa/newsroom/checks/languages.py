"""Whether those it is written for can read it: how hard it is, and what its short forms mean."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.kernel.enums import Audience
from lantoa.newsroom.checks.difficulty import difficulty
from lantoa.newsroom.checks.draft import Draft
from lantoa.newsroom.checks.forms import PROSE
from lantoa.newsroom.checks.registry import Check, Finding, register

FEWEST_SYLLABLES = 60
ABBREVIATION = re.compile(r"(?<![\w/.-])[A-ZĐ]{2,10}(?:-[A-ZĐ]{1,10})*(?![\w/]|-\w)")
ROMAN = re.compile(r"^(?:X{0,3}(?:IX|IV|V?I{0,3}))$")


@register
class ReadingLevel(Check):
    """The text is as easy as the hardest of its audiences' limits allows; see `difficulty`."""

    code = "reading"
    label = gettext_lazy("Easy enough for its readers")
    languages = ("vi",)

    def look(self, draft: Draft) -> Iterator[Finding]:
        """One finding for the whole text, with its longest sentence."""
        prose = [piece for piece in draft.pieces if piece.kind in PROSE]
        sentences = [one for piece in prose for one in piece.sentences]
        measured = difficulty(sentences)
        groups = draft.page.audience_groups or [Audience.RESIDENT]
        limits = settings.LANTOA_READING_LIMITS
        limit = min(float(limits.get(str(group), limits["people"])) for group in groups)
        if measured.syllables < FEWEST_SYLLABLES or measured.score <= limit:
            return
        longest = max(sentences, key=len)
        told = {
            "score": f"{measured.score:.2f}".replace(".", ","), "limit": f"{limit:.2f}".replace(".", ","),
            "length": round(measured.syllables_per_sentence),
            "share": round(100 * measured.difficult / measured.syllables),
        }  # fmt: skip
        yield self.found(
            next(piece for piece in prose if longest in piece.sentences), longest,
            why=_("Hard for its readers: %(score)s, at most %(limit)s wanted; %(length)s syllables a sentence, "
                  "%(share)s%% uncommon words.") % told,
            remedy=_("Cut the longest sentences, this one first; put everyday words for official ones."),
        )  # fmt: skip


@register
class AbbreviationsExplained(Check):
    """A short form is one that everybody knows, or is told in full in brackets where it first stands."""

    code = "short_forms"
    label = gettext_lazy("Short forms explained")
    languages = ("vi",)

    def look(self, draft: Draft) -> Iterator[Finding]:
        """Each unknown short form once, where it first stands."""
        known = {*settings.LANTOA_KNOWN_ABBREVIATIONS}
        for piece in draft.pieces:
            if piece.text.isupper() or piece.kind in ("reference", "legal"):
                continue
            for hit in ABBREVIATION.finditer(piece.text):
                short = hit.group()
                if short in known or ROMAN.match(short) or short.isdigit():
                    continue
                known.add(short)
                if not _explained(piece.text, hit.start(), hit.end()):
                    yield self.found(
                        piece, short, why=_("Not every reader knows this short form."),
                        remedy=_("Write it in full the first time, the short form in brackets after it."),
                    )  # fmt: skip


def _explained(text: str, start: int, end: int) -> bool:
    """“Quỹ Vì người nghèo (QVNN)” or “QVNN (Quỹ Vì người nghèo)”."""
    before, after = text[:start].rstrip(), text[end:].lstrip()
    return before.endswith(("(", "tắt là", "gọi tắt:")) or after.startswith("(")
