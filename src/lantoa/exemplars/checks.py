"""What the newsroom asks of a page about somebody to be followed."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.exemplars.selectors import verified_for
from lantoa.newsroom.checks.draft import Draft
from lantoa.newsroom.checks.registry import Check, Finding, register
from lantoa.newsroom.models import InitiativePage, RoleModelPage


@register
class SeenOnTheSpot(Check):
    """Whoever is held up to be followed was visited by somebody other than whoever put them forward."""

    code = "unverified"
    label = gettext_lazy("Verified before it is told")

    def look(self, draft: Draft) -> Iterator[Finding]:
        """A role model or initiative of whom the register knows no verification."""
        if isinstance(draft.page, RoleModelPage | InitiativePage) and not verified_for(draft.page.translation_key):
            title = next(piece for piece in draft.pieces if piece.kind == "title")
            yield self.found(
                title, title.text,
                why=_("Nobody on record was there and saw that it is so."),
                remedy=_("Put it forward under “Role models and good ways”, have it verified and name this page there; "
                         "else say who vouches for it."),
            )  # fmt: skip
