"""Whether the law a page rests on binds on the day it is read."""

import re
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.kernel.text import fold
from lantoa.newsroom.checks import legal_numbers
from lantoa.newsroom.checks.draft import Draft, Piece
from lantoa.newsroom.checks.registry import Check, Finding, register
from lantoa.newsroom.enums import SectionKind, Severity, Standing
from lantoa.newsroom.models import LegalTextPage
from lantoa.ui import writing

OVER = (Standing.ENDED, Standing.REPLACED)
BINDING = (Standing.IN_FORCE, Standing.AMENDED)

type Known = tuple[Standing, LegalTextPage]


@register
class LawInForce(Check):
    """A cited text that ended or was replaced stops the page, unless the sentence says so; an unknown one is named."""

    code = "law"
    label = gettext_lazy("Law in force")

    def look(self, draft: Draft) -> Iterator[Finding]:
        """Each citation against the legal library."""
        own = fold(getattr(draft.page, "number", ""))
        seen: set[tuple[str, bool]] = set()
        for piece in draft.pieces:
            for number, past in legal_numbers.citations(piece.text):
                if fold(number) != own and (number, past) not in seen:
                    seen.add((number, past))
                    yield from self._judge(draft, piece, number, past)

    def _judge(self, draft: Draft, piece: Piece, number: str, past: bool) -> Iterator[Finding]:
        known = _meant(draft.standings.get(fold(number), []), number, piece)
        if not known:
            why = _("The legal library does not hold this text.")
            remedy = _("Check the number; if it is right, enter the text into the library.")
            yield self.found(piece, number, why=why, remedy=remedy)
            return
        if len({standing in BINDING for standing, _text in known}) > 1:
            why = _("The legal library holds several texts of this number, and not all of them bind.")
            yield self.found(piece, number, why=why, remedy=_("Say in the same sentence its day and who issued it."))
            return
        standing, text = known[-1]
        told = {"standing": standing.label.lower(), "on": writing.date(draft.on)}
        why = _("On %(on)s this text is: %(standing)s.") % told
        if standing == Standing.ENDED and text.ends:
            last = _("Its last day is %(day)s.") % {"day": writing.date(text.ends)}
            why = f"{why} {last}"
        if standing in OVER and not past:
            gentle = draft.page.section == SectionKind.LAWS
            remedy = _("Cite the text that binds now, or say in the same sentence that this one is over.")
            yield self.found(piece, number, why=why, remedy=remedy, severity=None if gentle else Severity.STOP)
        elif standing == Standing.NOT_YET:
            remedy = _("Say from which day it binds: %(day)s.") % {"day": writing.date(text.starts)}
            yield self.found(piece, number, why=why, remedy=remedy)


def _meant(known: list[Known], number: str, piece: Piece) -> list[Known]:
    """Those of several texts of one number that the sentences citing it are about, by day, year or issuer; all of them
    where nothing tells."""
    if len(known) < 2:
        return known
    words = " ".join(sentence for sentence in piece.sentences if number in "".join(sentence.split()))
    for told in (
        [one for one in known if _says_day(words, one[1].issued_on)],
        [one for one in known if str(one[1].issued_on.year) in words],
        [one for one in known if fold(one[1].issuer) in fold(words)],
    ):
        known = [one for one in known if one in told] or known
    return known


def _says_day(words: str, day: date) -> bool:
    said = rf"\b0?{day.day}(?:\s*[/.-]\s*|\s+tháng\s+)0?{day.month}(?:\s*[/.-]\s*|\s+năm\s+){day.year}\b"
    return re.search(said, words) is not None


@register
class TextAtHand(Check):
    """Whoever reads about a text can open it: its file is there, or where it is published."""

    code = "text"
    label = gettext_lazy("The text itself")

    def look(self, draft: Draft) -> Iterator[Finding]:
        """Neither file nor address at a page of the legal library."""
        page = draft.page
        if isinstance(page, LegalTextPage) and not page.file_id and not page.source_url:
            yield self.found(
                draft.field("file"), "", why=_("Readers are told of a text that they cannot open."),
                remedy=_("Put the signed text there, or its address in the official database."),
            )  # fmt: skip
