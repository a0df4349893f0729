"""Whether somebody answers for the page, looks again in time whether it is still true, and reports may count it."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.newsroom import lines
from lantoa.newsroom.care import LONGEST
from lantoa.newsroom.checks.draft import Draft
from lantoa.newsroom.checks.registry import Check, Finding, register
from lantoa.ui import writing


@register
class SomebodyCares(Check):
    """An office answers for the page, and a day to come says by when it is read again; both are filled in at first."""

    code = "care"
    label = gettext_lazy("Who answers for it, and until when")

    def look(self, draft: Draft) -> Iterator[Finding]:
        """No office; no day, one that is over when the page goes out, or one years away. Sections owe neither."""
        page = draft.page
        if not page.section:
            return
        if page.owner_agency_id is None:
            yield self.found(
                draft.field("owner_agency"), "", why=_("Readers cannot tell which office answers for it."),
                remedy=_("Choose the office under “Place and care”."),
            )  # fmt: skip
        if why := _wrong(page.review_by, draft.on):
            yield self.found(
                draft.field("review_by"), writing.date(page.review_by) if page.review_by else "", why=why,
                remedy=_("Choose a day to come, within three years, under “Place and care”."),
            )  # fmt: skip


@register
class UnderALine(Check):
    """What reports count by content line stands under one, where a plan in force has lines to choose from."""

    code = "line"
    label = gettext_lazy("Content line of the plan")

    def look(self, draft: Draft) -> Iterator[Finding]:
        """No line chosen; kinds that are not counted owe none."""
        page = draft.page
        if not getattr(page, "counted", False) or page.content_line:
            return
        if any(letter for letter, _words in lines.choices(draft.on)):
            yield self.found(
                draft.field("content_line"), "", why=_("Reports count it under no line of the plan."),
                remedy=_("Choose the line it serves under “Place and care”."),
            )  # fmt: skip


def _wrong(day: date | None, on: date) -> str:
    if day is None:
        return _("No day is set by which somebody looks whether it is still true.")
    if day < on:
        return _("This day is over when the page goes out.")
    return _("Until then nobody would look whether it is still true.") if day > on + LONGEST else ""
