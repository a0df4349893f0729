"""The register of requests about one's own data and of breaches, with the dates that follow from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lantoa.audience.enums import RightState
from lantoa.audience.models import DataBreach, Person, RightsEvent, RightsRequest
from lantoa.audience.rights_terms import answer_due, complete_due
from lantoa.audience.rules import HANDLE_RIGHTS
from lantoa.audience.selectors.vault import people_at
from lantoa.kernel.access import visible_to
from lantoa.kernel.clock import WorkingCalendar, calendar
from lantoa.kernel.models import User

SHOWS = ("open", "late", "settled", "all")


@dataclass(frozen=True, slots=True)
class Standing:
    """A request with its dates: when the answer is due, when it must be done."""

    request: RightsRequest
    answer_by: datetime
    complete_by: datetime

    @property
    def due(self) -> datetime | None:
        """What is owed next and by when: first the answer, then the deed; None once settled."""
        if not self.request.is_open:
            return None
        return self.answer_by if self.request.state == RightState.RECEIVED else self.complete_by

    def is_late(self, at: datetime) -> bool:
        """Whether what is owed next is owed already."""
        return self.due is not None and self.due < at


def standing(request: RightsRequest, days: WorkingCalendar | None = None) -> Standing:
    """One request with its dates. Pass one calendar when many need it."""
    days = days or calendar()
    until = request.complete_days + request.extra_days
    return Standing(
        request,
        answer_due(request.received_at, request.answer_days, days),
        complete_due(request.received_at, until, days),
    )


def standings(requests: Iterable[RightsRequest]) -> list[Standing]:
    """Requests with their dates, in the same order; one query for the calendar."""
    days = calendar()
    return [standing(request, days) for request in requests]


def rights_requests(user: User, show: str, *, at: datetime) -> list[Standing]:
    """The requests a user answers for: open (the most pressing first), late, settled, all (the newest first).

    Settled ones are cut at 500; the register as a whole is for the audit.
    """
    rows = RightsRequest.objects.visible_to(user, at=at)
    if show in ("open", "late"):
        found = [one for one in standings(rows.open()) if show == "open" or one.is_late(at)]
        return sorted(found, key=lambda one: (one.due or at, one.request.pk))
    if show == "settled":
        rows = rows.filter(state__in=[RightState.COMPLETED, RightState.REFUSED])
    return standings(rows[:500])


def rights_request(user: User, public_id: UUID) -> Standing:
    """One request with its dates; raises RightsRequest.DoesNotExist beyond the user's units."""
    rows = RightsRequest.objects.visible_to(user).select_related("person", "opened_by")
    return standing(rows.get(public_id=public_id))


def rights_steps(request: RightsRequest) -> list[RightsEvent]:
    """What was done about a request, the first first."""
    return list(RightsEvent.objects.filter(request=request).select_related("by"))


def breaches(user: User, *, waiting: bool = False, at: datetime | None = None) -> list[DataBreach]:
    """The breaches of a user's units, the newest first; only the undecided ones, the most pressing first."""
    rows = DataBreach.objects.visible_to(user, at=at)
    return list(rows.waiting().order_by("detected_at", "pk") if waiting else rows[:200])


def breach(user: User, public_id: UUID) -> DataBreach:
    """One breach; raises DataBreach.DoesNotExist beyond the user's units."""
    return DataBreach.objects.visible_to(user).select_related("reported_by").get(public_id=public_id)


def people_found(user: User, channel: str, value: str) -> list[Person]:
    """The people at this whole (normalised) address for whom the user may take down a request."""
    found = visible_to(Person.objects.present(), user, permission=HANDLE_RIGHTS, unit_path="unit")
    return list(found.filter(pk__in=people_at(channel, value)).order_by("pk"))
