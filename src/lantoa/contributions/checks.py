"""What the newsroom asks of the page of a story: its sender is named as they wished, and not otherwise."""

import re
from collections.abc import Iterator
from unicodedata import normalize

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from lantoa.audience.selectors import vault_addresses
from lantoa.contributions.enums import Credit
from lantoa.contributions.models import Story
from lantoa.contributions.selectors import told_on
from lantoa.newsroom.checks.draft import Draft
from lantoa.newsroom.checks.registry import Check, Finding, register
from lantoa.newsroom.enums import Severity

ELSEWHERE = frozenset({"images", "seo_title", "search_description"})
"""Where a credit does not count: a picture's is its own, and what search engines show stands on no page."""


@register
class NamedAsWished(Check):
    """The page of a story names its sender as they wished, and never in full when they wished otherwise."""

    code = "credit"
    label = gettext_lazy("Named as the sender wished")

    def look(self, draft: Draft) -> Iterator[Finding]:
        """The credit where it stands nowhere in the page; a full name where it should not. Two queries at most."""
        story = told_on(draft.page.translation_key)
        if story is None:
            return
        with override(draft.language):
            credit = story.credit_line[:120]
        if not any(_line(credit) in _line(one.text) for one in draft.pieces if one.field not in ELSEWHERE):
            yield self.found(
                draft.pieces[0], "",
                why=_("Whoever sent this story wished to be named “%(name)s”, and the page does not say so.")
                % {"name": credit},
                remedy=_("Write it in again, in exactly these words; else say why not."),
            )  # fmt: skip
        if (full := _kept_back(story)) is None:
            return
        for piece in draft.pieces:
            if hit := full.search(_plain(piece.text)):
                yield self.found(
                    piece, hit.group(), severity=Severity.STOP,
                    why=_("Whoever left an address with this story bears this name and did not agree to be named so."),
                    remedy=_("Take it out, or write it so that nobody is known by it."),
                )  # fmt: skip


def _plain(text: str) -> str:
    return " ".join(normalize("NFC", text).split())


def _line(text: str) -> str:
    return _plain(text).casefold()


def _kept_back(story: Story) -> re.Pattern[str] | None:
    """What finds the full name that is not to be printed; None where there is none, or a given name alone."""
    if story.credit == Credit.FULL or story.address_id is None:
        return None
    kept = vault_addresses([story.address_id]).get(story.address_id)
    name = _plain(kept.name) if kept else ""
    written = "|".join(re.escape(one) for one in (name.title(), name.upper()))
    return re.compile(rf"(?<!\w)(?:{written})(?!\w)") if " " in name else None
