"""How long the law gives for a request about one's own data, and when each term ends.

Law 91/2025 and Decree 356/2025: answer within 2 working days, stating the procedure; then act within 15 days (20 where
somebody else must stop too), once longer by 15 at most. The figures for access, correction and erasure are doubtful in
the sources, so all of them are settings. Days of the second term are plain days; a term that would end on a day off
ends on the next working day (Civil Code 2015, article 148).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from lantoa.audience.enums import RightKind
from lantoa.kernel import clock


@dataclass(frozen=True, slots=True)
class Term:
    """Working days to answer, then days to have it done, both counted from the receipt."""

    answer_days: int
    complete_days: int


def term_for(kind: str, *, third_party: bool) -> Term:
    """The term of a request of this kind received now, as the settings stand."""
    usual = {
        RightKind.ACCESS: settings.LANTOA_RIGHTS_ACCESS_DAYS,
        RightKind.COPY: settings.LANTOA_RIGHTS_ACCESS_DAYS,
        RightKind.CORRECT: settings.LANTOA_RIGHTS_ACCESS_DAYS,
        RightKind.ERASE: settings.LANTOA_RIGHTS_ERASE_DAYS,
    }.get(RightKind(kind), settings.LANTOA_RIGHTS_DAYS)
    days = max(usual, settings.LANTOA_RIGHTS_THIRD_PARTY_DAYS) if third_party else usual
    return Term(settings.LANTOA_RIGHTS_ANSWER_WORKING_DAYS, days)


def answer_due(received_at: datetime, working_days: int, days: clock.WorkingCalendar) -> datetime:
    """When the answer that states the procedure is due: a close of business."""
    return days.due_at(received_at, working_days)


def complete_due(received_at: datetime, plain_days: int, days: clock.WorkingCalendar) -> datetime:
    """When it must be done: the close of business of the last day, or of the next working day."""
    last = clock.local(received_at) + timedelta(days=plain_days - 1)
    # One working day after the eve of the last day is that day itself when offices work.
    return days.due_at(last, 1)
