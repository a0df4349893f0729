"""The register in words for the desk."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lantoa.exemplars import selectors
from lantoa.exemplars.enums import ExemplarHappening, ExemplarKind, ExemplarState
from lantoa.exemplars.models import Exemplar, Following
from lantoa.kernel.access import Person
from lantoa.kernel.clock import local, today
from lantoa.territory.selectors import names_on
from lantoa.ui.pills import pills as shown_as_pills
from lantoa.ui.templatetags.ui import vn_date, vn_datetime

CHIPS = {
    ExemplarState.PROPOSED: ("info", "inbox"), ExemplarState.VERIFIED: ("wait", "check"),
    ExemplarState.TOLD: ("done", "check-double"), ExemplarState.DECLINED: ("doubt", "reply"),
    ExemplarState.WITHDRAWN: ("bad", "close"),
}  # fmt: skip
WAY = (ExemplarState.PROPOSED, ExemplarState.VERIFIED, ExemplarState.TOLD)
"""The way of one that goes well; being followed comes after."""


def title_of(exemplar: Exemplar) -> str:
    """How it is named, or that this is deleted."""
    return exemplar.named_as or _("(deleted)")


def pills(user: Person, show: str, query: str) -> list[dict[str, object]]:
    """The states above the list, each with its count; what must come down only when there is something."""
    labels = {
        "take_down": _("To take down"),
        **{state.value: str(state.label) for state in ExemplarState},
        "all": pgettext("exemplars", "All"),
    }
    return shown_as_pills(labels, selectors.tallies(user), show=show, wishes={"q": query}, rare=["take_down"])


def as_jobs(exemplars: Iterable[Exemplar]) -> list[dict[str, str]]:
    """Those of a list as lines of work. Two queries whatever the number."""
    exemplars = list(exemplars)
    names = names_on({one.unit_id for one in exemplars}, today())
    return [
        {
            "icon": "heart" if one.kind == ExemplarKind.ROLE_MODEL else "target",
            "title": title_of(one),
            "text": " · ".join([one.number, names.get(one.unit_id, ""), vn_date(local(one.proposed_at))]),
            "due": str(ExemplarState(one.state).label),
            "url": reverse("exemplars:exemplar", args=[one.number]),
            "action": pgettext("button", "Read"),
        }
        for one in exemplars
    ]  # fmt: skip


def steps(exemplar: Exemplar) -> list[dict[str, Any]]:
    """Everything that happened, with who and when, and what comes next on its way."""
    told = [
        {
            "title": str(ExemplarHappening(event.happening).label),
            "text": vn_datetime(event.at) + (f", {event.by}" if event.by else ""),
            "quote": event.text, "state": "done",
        }
        for event in selectors.history(exemplar)
    ]  # fmt: skip
    if exemplar.state in WAY:
        ahead = WAY[WAY.index(ExemplarState(exemplar.state)) + 1 :]
        told += [{"title": str(state.label), "state": "todo"} for state in ahead]
        if not any(event["title"] == str(ExemplarHappening.FOLLOWED.label) for event in told):
            told.append({"title": str(ExemplarHappening.FOLLOWED.label), "state": "todo"})
    return told


def followed(rows: Iterable[Following]) -> list[dict[str, Any]]:
    """Where, since when, how many. One query."""
    rows = list(rows)
    names = names_on({row.unit_id for row in rows}, today())
    return [{"place": names.get(row.unit_id, ""), "year": row.year, "households": row.households} for row in rows]
