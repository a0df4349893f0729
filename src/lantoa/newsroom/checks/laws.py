"""Whether the law a page rests on binds on the day it is read."""

from collections.abc import Iterator

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
        known = draft.standings.get(fold(number))
        if known is None:
            why = _("The legal library does not hold this text.")
            remedy = _("Check the number; if it is right, enter the text into the library.")
            yield self.found(piece, number, why=why, remedy=remedy)
            return
        standing, text = known
        told = {"standing": standing.label.lower(), "on": writing.date(draft.on)}
        why = _("On %(on)s this text is: %(standing)s.") % told
        if standing in OVER and not past:
            gentle = draft.page.section == SectionKind.LAWS
            remedy = _("Cite the text that binds now, or say in the same sentence that this one is over.")
            yield self.found(piece, number, why=why, remedy=remedy, severity=None if gentle else Severity.STOP)
        elif standing == Standing.NOT_YET:
            remedy = _("Say from which day it binds: %(day)s.") % {"day": writing.date(text.starts)}
            yield self.found(piece, number, why=why, remedy=remedy)


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
