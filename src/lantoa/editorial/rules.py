"""Who may look at the editors' desk, order pieces, and work on them."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from lantoa.agencies.enums import AgencyKind
from lantoa.editorial.enums import MOVES, CommissionState
from lantoa.editorial.models import Commission
from lantoa.kernel.access import Person, allowed, declare, granted
from lantoa.kernel.enums import Role
from lantoa.kernel.errors import LantoaError

SEE = declare(
    "editorial.see", Role.EDITOR, Role.REVIEWER, Role.LEADER, Role.ADMINISTRATOR, Role.AUDITOR,
    label=_("see the editors' desk"),
)  # fmt: skip
ENTER = declare(
    "editorial.enter", Role.EDITOR, Role.REVIEWER, Role.LEADER, Role.ADMINISTRATOR, Role.AUDITOR, Role.REPORTER,
    label=_("see pieces ordered from one"),
)  # fmt: skip
COMMISSION = declare(
    "editorial.commission", Role.EDITOR, Role.REVIEWER, Role.LEADER, label=_("order pieces and take them")
)
BUNDLE = declare(
    "editorial.bundle", Role.EDITOR, Role.REVIEWER, Role.LEADER, label=_("let pages out together")
)  # fmt: skip
WRITERS = (Role.EDITOR, Role.REPORTER)
"""Roles of the house whom a piece may be ordered from."""
PRESS = (AgencyKind.PRESS, AgencyKind.STATION)
"""Kinds of agencies that a piece may be ordered from."""
ORDERERS = frozenset({CommissionState.TAKEN, CommissionState.RETURNED, CommissionState.CANCELLED})
"""The moves of whoever orders; accepting and delivering are the doer's."""


class CommissionError(LantoaError):
    """A refusal about a commission."""


class BundleError(LantoaError):
    """A refusal about a bundle; it names the pages and why."""


class AbsenceError(LantoaError):
    """A refusal about an absence."""


def may_order(user: Person, unit_id: int, *, at: datetime) -> bool:
    """True for those who order and take pieces for this unit."""
    return allowed(user, COMMISSION, unit_id=unit_id, at=at)


def does_it(user: Person, commission: Commission, *, at: datetime) -> bool:
    """True for whom the piece is ordered from: the post's holder, or those of the press agency. Until an agency works
    here itself, who ordered may enter what the agency said and sent."""
    held = granted(user, ENTER, at)
    if commission.for_post is not None:
        return commission.for_post.user_id == user.pk and any(one.post_id == commission.for_post_id for one in held)
    own = any(one.agency_id == commission.for_agency_id for one in held)
    return own or may_order(user, commission.unit_id, at=at)


def moves_for(user: Person, commission: Commission, *, at: datetime) -> Collection[str]:
    """The moves this person may make with it now."""
    orders, does = may_order(user, commission.unit_id, at=at), does_it(user, commission, at=at)
    return [to for to in MOVES[commission.state] if (orders if to in ORDERERS else does)]
