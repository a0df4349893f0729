"""What the page of a broadcast shows before it goes out: to whom, when it would be done, what it would cost."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.audience.rules import MIN_CELL
from lantoa.kernel.text import number_text
from lantoa.outlets.selectors import counts_in_reach, unwired
from lantoa.outreach import costing, outlooks
from lantoa.outreach.enums import BroadcastState
from lantoa.outreach.forecasting import Outlook
from lantoa.outreach.outlooks import label_of
from lantoa.outreach.press import facts_of
from lantoa.outreach.selectors.fanout import Forecast, forecast
from lantoa.outreach.selectors.sending import queued_elsewhere
from lantoa.outreach.showing import BroadcastPage
from lantoa.outreach.spread import Spread

NAMED = 5
"""Outlets named before only their number is said."""


class ForecastPage(BroadcastPage):
    """A broadcast that nobody has got yet, as it would go out at `start`: now, or the hour it is set for."""

    start: datetime | None = None

    @cached_property
    def forecast(self) -> Forecast:
        """What a release now would do."""
        return forecast(self.row, at=self.at)

    @property
    def too_few(self) -> bool:
        """Whether its audience is sensitive and so small that its figures would point at somebody."""
        return self.sensitive and 0 < self.forecast.audience < MIN_CELL

    @cached_property
    def places(self) -> list[dict[str, Any]]:
        """What a release now would put where: a line a kind; one query."""
        spread = Spread.from_json(self.row.placing)
        if not spread.kinds:
            return []
        counts = counts_in_reach(spread.unit_id or self.row.unit_id, on=timezone.localdate(self.at))
        return [{"kind": kind, "label": label_of(kind), "count": counts.get(kind, 0)} for kind in spread.kinds]

    @cached_property
    def unwired(self) -> list[dict[str, Any]]:
        """Outlets that no wire would get to: a line a kind, the first few by name."""
        spread = Spread.from_json(self.row.placing)
        rows = unwired(spread.kinds, spread.unit_id or self.row.unit_id, on=timezone.localdate(self.at))
        kinds = [(kind, [row for row in rows if row.kind == kind]) for kind in dict.fromkeys(row.kind for row in rows)]
        return [
            {"label": label_of(kind), "count": len(own), "first": own[:NAMED], "more": max(len(own) - NAMED, 0)}
            for kind, own in kinds
        ]

    @property
    def heard_early(self) -> datetime | None:
        """Until when newsrooms are asked to wait, where messages to persons would go out before."""
        until = facts_of(self.row.version.content).embargo_until if self.row.channels else None
        return until if until and until > self.leaves_at else None

    @property
    def place_count(self) -> int:
        """All outlets together."""
        return sum(line["count"] for line in self.places)

    @property
    def release_label(self) -> str:
        """What the red button says."""
        people, places = self.forecast.messages, self.place_count
        outlets = ngettext("%(n)s outlet", "%(n)s outlets", places) % {"n": number_text(places)}
        if not self.row.channels:
            return _("Release at %(outlets)s") % {"outlets": outlets}
        if not places:
            return _("Release to %(n)s people") % {"n": number_text(people)}
        return _("Release to %(n)s people and at %(outlets)s") % {"n": number_text(people), "outlets": outlets}

    @property
    def leaves_at(self) -> datetime:
        """When it would leave."""
        return self.start or self.row.scheduled_for or self.at

    @cached_property
    def queued(self) -> dict[str, list[int]]:
        """What other running broadcasts still send on the same channels."""
        return queued_elsewhere(self.row)

    @cached_property
    def outlook(self) -> Outlook:
        """When each channel would be done."""
        ahead = {} if self.leaves_at > self.at else self.queued  # by then nobody knows what else there is
        return outlooks.before(self.row, self.forecast.units, self.accounts, ahead, start=self.leaves_at)

    @property
    def outlook_words(self) -> str:
        """The same in one sentence."""
        return outlooks.in_words(self.outlook, start=self.leaves_at, now=self.at)

    @property
    def late(self) -> str:
        """Channels that would not be done by the last hour."""
        return ", ".join(label_of(kind) for kind in self.outlook.late)

    @property
    def queue_count(self) -> int:
        """How many other messages stand in line."""
        return sum(sum(each) for each in self.queued.values())

    @cached_property
    def bills(self) -> dict[str, costing.Bill]:
        """What it would cost at most."""
        return {"planned": costing.planned(self.forecast.units, self.accounts)}

    @property
    def forecast_rows(self) -> list[dict[str, Any]]:
        """Channel, people, cost and when it is done, in the order the broadcast prefers."""
        return [
            {
                "label": label_of(kind),
                "people": self.forecast.by_channel.get(kind, 0),
                "cost": self.bills["planned"].of(kind),
                "when": outlooks.passage_words(self.outlook, kind, start=self.leaves_at, now=self.at),
                "late": kind in self.outlook.late,
            }
            for kind in self.row.channels
        ]

    @property
    def held_back(self) -> list[dict[str, Any]]:
        """Who would get nothing, and why."""
        return [{"count": count, "label": reason.label} for reason, count in self.forecast.held_back.items()]

    @property
    def may_go(self) -> bool:
        """Whether this person could release it now."""
        sound = self.approval is not None and not self.changed_since
        somebody = bool(self.forecast.messages) or not self.row.channels
        somewhere = bool(self.place_count) or not self.row.placing
        return self.may_release and sound and somebody and somewhere and self.row.expires_at > self.at

    @property
    def may_schedule(self) -> bool:
        """Whether this person could set its hour."""
        return self.may_go and self.row.state == BroadcastState.APPROVED
