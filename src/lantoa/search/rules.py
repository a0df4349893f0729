"""Who sees what was looked for in vain, and what of it may be kept at all."""

import re

from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import declare
from lantoa.kernel.enums import Role
from lantoa.kernel.text import fold
from lantoa.kernel.text.names import SURNAMES

VIEW_MISSES = declare(
    "search.view_misses", Role.EDITOR, Role.REVIEWER, Role.LEADER, Role.ADMINISTRATOR,
    label=_("see what people searched for in vain"),
)  # fmt: skip

SHORTEST, LONGEST = 6, 60
HOURS_APART = 2
"""In how many different hours a query must have failed before anybody is shown it."""

_PLAIN_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)+")
_SOMEBODY = re.compile(rf"\b(?:{'|'.join(sorted(map(fold, SURNAMES)))}) (?:van|thi) [^\W\d_]+")


def may_be_kept(query: str) -> bool:
    """Only words: no digit, no sign of an address, 6 to 60 letters; a phone, a card or a mail address is never kept.
    Nor is what holds a person's name as most are: surname, văn or thị, given name."""
    plain = SHORTEST <= len(query) <= LONGEST and _PLAIN_WORDS.fullmatch(query) is not None
    return plain and _SOMEBODY.search(query) is None
