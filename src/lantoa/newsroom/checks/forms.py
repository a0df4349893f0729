"""How a text is set: headings in order, marks typed, letters in one form."""

import re
from collections.abc import Iterator
from itertools import pairwise
from unicodedata import is_normalized, normalize

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.newsroom.checks.difficulty import frequent
from lantoa.newsroom.checks.draft import Draft, Piece
from lantoa.newsroom.checks.registry import Check, Finding, register

WORD = re.compile(r"[^\W\d_]+")
_ONSET = r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnprstvx])?"
_RHYME = (
    r"(?:uye|uya|uoi|uou|uay|ieu|yeu|oai|oay|oeo|uy|ua|ue|uo|ui|uu|ia|ie|iu|oa|oe|oi|ai|ao|au|ay|eo|eu|ye|[aeiouy])"
)
SYLLABLE = re.compile(rf"{_ONSET}{_RHYME}(?:ng|nh|ch|[cmnpt])?")
"""A Vietnamese syllable without its marks."""
LONGEST_HEADING = 100
LONGEST_STRETCH = 600  # words without a heading
FEWEST_WORDS = 8
FEWEST_IN_TITLES = 4
TITLES = frozenset({"title", "lead", "heading"})
PROSE = frozenset({"paragraph", "callout", "steps", "step", "condition", "question", "table", "image", "quote"})
"""What is read as sentences: the parts of a story, and the lists of policies and guides."""


@register
class HeadingsInOrder(Check):
    """A heading stands above what it names, short and without shouting; a long text has some."""

    code = "headings"
    label = gettext_lazy("Headings")

    def look(self, draft: Draft) -> Iterator[Finding]:
        """Headings with nothing under them, endless or shouted; long stretches without one."""
        body = [piece for piece in draft.pieces if piece.field == "body"]
        for piece, after in pairwise([*body, None]):
            if piece is not None and piece.kind == "heading" and (why := self._wrong(piece, after)):
                yield self.found(
                    piece, piece.text, why=why, remedy=_("A heading is a few words that name what follows.")
                )
        words = 0
        for piece in body:
            words = 0 if piece.kind in ("heading", "question") else words + piece.text.count(" ")
            if words > LONGEST_STRETCH:
                yield self.found(
                    piece, "", why=_("A long stretch without a heading: nobody finds their place in it."),
                    remedy=_("Put a heading every few paragraphs."),
                )  # fmt: skip
                return

    def _wrong(self, heading: Piece, after: Piece | None) -> str:
        if after is None or after.kind == "heading":
            return _("Nothing stands under this heading.")
        if len(heading.text) > LONGEST_HEADING:
            return _("This heading is as long as a paragraph.")
        if heading.text.isupper() and heading.text.count(" ") > 1:
            return _("Capitals throughout are hard to read and are read aloud letter by letter.")
        return ""


@register
class MarksTyped(Check):
    """Vietnamese is written with its marks."""

    code = "marks"
    label = gettext_lazy("Vietnamese with marks")
    languages = ("vi",)

    def look(self, draft: Draft) -> Iterator[Finding]:
        """The first sentence of each piece typed mostly without marks; in titles, leads and headings four words do."""
        for piece in draft.pieces:
            fewest = FEWEST_IN_TITLES if piece.kind in TITLES else FEWEST_WORDS
            if sentence := next((one for one in piece.sentences if is_bare(one, fewest)), ""):
                yield self.found(
                    piece, sentence, why=_("A Vietnamese sentence without marks may mean many things."),
                    remedy=_("Type it with its marks; for a foreign sentence say here that it is one."),
                )  # fmt: skip


def is_bare(sentence: str, fewest: int) -> bool:
    """Whether a sentence of so many words is Vietnamese typed mostly without marks.

    What tells: words with marks; plain ones that read like a syllable and are not everyday words as they stand; and
    those that cannot be Vietnamese, as in names and codes of other languages.
    """
    words = [word.lower() for word in WORD.findall(sentence)]
    if len(words) < fewest:
        return False
    plain = [word for word in words if word.isascii()]
    if len(plain) * 3 < len(words) * 2:
        return False
    syllables = [word for word in plain if SYLLABLE.fullmatch(word)]
    bare = sum(word not in frequent() for word in syllables)
    return bare > 1 and bare >= 2 * (len(plain) - len(syllables)) and bare > 2 * (len(words) - len(plain))


@register
class OneForm(Check):
    """Letters and their marks are stored in one form (Unicode NFC), whatever keyboard or PDF they came from."""

    code = "nfc"
    label = gettext_lazy("Letters in one form")

    def look(self, draft: Draft) -> Iterator[Finding]:
        """Pieces whose marks stand apart from their letters."""
        for piece in draft.pieces:
            if not is_normalized("NFC", piece.text):
                words = [word for word in piece.text.split() if not is_normalized("NFC", word)]
                yield self.found(
                    piece, normalize("NFC", " ".join(words[:6])),
                    why=_("Marks are stored apart from their letters: search and screen readers stumble over it."),
                    remedy=_("Set the keyboard to Unicode (precomposed) and type or paste the words anew."),
                )  # fmt: skip
