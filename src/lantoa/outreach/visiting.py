"""What the pages of visits show: communes, hamlets, whom to meet there, and the words to say."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.audience.services import read_names
from lantoa.kernel.models import User
from lantoa.outreach.enums import DeliveryState
from lantoa.outreach.models import Broadcast, Delivery
from lantoa.outreach.rules import RECORD_VISIT
from lantoa.outreach.selectors.visits import Place, open_visits, visit_places
from lantoa.outreach.selectors.watching import is_sensitive_audience
from lantoa.outreach.texts import spoken
from lantoa.territory.selectors import names_on

A_SCREEN, A_SHEET = 30, 200
"""Names on one page of a phone, and on one print."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One person to meet: what they are called, and whether nobody was at home the last time."""

    id: int
    name: str
    not_met: bool


@dataclass(frozen=True, slots=True)
class Hamlet:
    """The people to meet in one hamlet."""

    name: str
    visits: list[Visit]


class VisitPage:
    """A broadcast's visits in the units of one member of staff; names only of one unit, a page at a time."""

    def __init__(
        self, row: Broadcast, user: User, *, at: datetime, unit: str = "", number: str = "", size: int = A_SCREEN
    ) -> None:
        self.row, self.user, self.at, self.number, self.size = row, user, at, number, size
        self.asked = int(unit) if unit.isdecimal() and len(unit) < 19 else None

    @cached_property
    def places(self) -> list[Place]:
        """The units with visits."""
        return visit_places(self.user, self.row)

    @cached_property
    def place(self) -> Place | None:
        """The unit asked for; the only one when there is but one."""
        if len(self.places) == 1:
            return self.places[0]
        return next((one for one in self.places if one.unit_id == self.asked), None)

    @cached_property
    def page(self) -> Page[Delivery]:
        """Whom to meet there, this page of them."""
        assert self.place is not None
        found = open_visits(self.user, self.row, unit_id=self.place.unit_id)
        return Paginator(found, self.size).get_page(self.number)

    @cached_property
    def names(self) -> dict[int, str]:
        """The names of all units and hamlets shown, as they are today."""
        shown = [one.unit_id for one in self.places]
        hamlets = [row.hamlet_id for row in self.page if row.hamlet_id] if self.place else []
        return dict(names_on({*shown, *hamlets}, timezone.localdate(self.at)))

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The units to choose from."""
        return [{"place": one, "name": self.names.get(one.unit_id, f"#{one.unit_id}")} for one in self.places]

    @property
    def place_name(self) -> str:
        """What the chosen unit is called."""
        return self.names.get(self.place.unit_id, "") if self.place else ""

    @cached_property
    def hamlets(self) -> list[Hamlet]:
        """Whom to meet, by hamlet. Reading the names is put on record."""
        rows = list(self.page)
        people = read_names(
            by=self.user, at=self.at, person_ids=[row.person_id for row in rows], permission=RECORD_VISIT,
            subject=f"outreach.broadcast:{self.row.pk}",
        )  # fmt: skip
        return [
            Hamlet(
                self.names.get(hamlet or 0, "") or _("Hamlet not known"),
                [
                    Visit(row.pk, people.get(row.person_id, ""), row.state == DeliveryState.FAILED)
                    for row in group
                ],
            )
            for hamlet, group in groupby(rows, key=lambda row: row.hamlet_id)
        ]  # fmt: skip

    @cached_property
    def sensitive(self) -> bool:
        """Whether a name on this list would tell of poverty or ethnicity beside the message: then the words, and the
        title, stand on a page of their own."""
        return is_sensitive_audience(self.row)

    @property
    def words(self) -> list[tuple[str, str]]:
        """What to say, in each language it was written in."""
        return spoken(self.row.version.content)
