"""Words for the keys of figures, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lantoa.channels import registry
from lantoa.newsroom.enums import Programme
from lantoa.outreach.enums import DeliveryState
from lantoa.planning.enums import TaskStatus
from lantoa.pressroom.enums import Medium
from lantoa.reporting import placings
from lantoa.reporting.enums import CasePlace, Put, Reach
from lantoa.reporting.figures import Entry, Figures, LineRow


def channel(kind: str) -> str:
    """A channel's name; "none" holds the people no channel could reach."""
    return _("no channel") if kind == "none" else dict(registry.choices()).get(kind, kind)


def line(row: LineRow) -> str:
    """A content line with its letter."""
    if row.in_plan:
        text = row.text.rstrip(".;: ")
        return f"{row.label}) {text}" if row.label else text
    return _("“%(label)s”, not in the plan") % {"label": row.label} if row.label else _("not classed")


def section(key: str) -> str:
    """The part of the report a figure stands in."""
    return {
        "messages": _("Messages and pages"),
        "lines": _("By content line and channel"),
        "programmes": _("Pages by national programme"),
        "told": _("Pieces of the press by national programme"),
        "audience": _("Recipients by state"),
        "placings": _("At public outlets"),
        "press": _("What the press told"),
        "asked": _("What the press asked"),
        "people": _("Recipients, each person once"),
        "residents": _("Residents, each person once"),
        "cases": _("Citizens' cases"),
        "tasks": _("Tasks of the plan"),
    }[key]


def item(entry: Entry, figures: Figures) -> str:
    """What the figure counts."""
    lists = {"people": Reach, "residents": Reach, "cases": CasePlace, "tasks": TaskStatus, "press": Medium,
             "programmes": Programme, "told": Programme}  # fmt: skip
    totals = {
        "messages": _("Messages released"),
        "broadcasts": _("Broadcasts released"),
        "pages": _("Pages published"),
        "several": _("Pages for more than one programme"),
        "no_programme": _("Pages for no programme"),
        "pieces_several": _("Pieces for more than one programme"),
        "pieces_none": _("Pieces for no programme"),
        "audience": pgettext("report", "Recipients"),
        "states": _("All channels"),
        "received": pgettext("report", "Received"),
        "late": _("Of them late"),
        "pieces": _("Pieces of the press"),
        "minutes": _("Minutes on air"),
        "asked": _("Requests of the press"),
        "answered": _("Of them answered"),
        "in_time": _("Of them answered in time"),
    }
    if entry.section == "placings":
        whole = {"all": _("Messages at outlets"), "own": _("Of them released by these units")}
        return whole.get(entry.item) or placings.name(entry.item)
    if entry.section == "lines":
        return line(next(row for row in figures.lines if row.label == entry.item))
    if entry.section in lists and entry.item in lists[entry.section].values:
        return str(lists[entry.section](entry.item).label)
    return totals.get(entry.item) or channel(entry.item)


def detail(entry: Entry) -> str:
    """Which part of that: a channel, a state, or all."""
    if entry.section == "placings":
        whole = {"": "", "all": _("Messages at outlets"), "counted": placings.counts(entry.item) or _("Counted")}
        return str(Put(entry.detail).label) if entry.detail in Put.values else whole[entry.detail]
    if entry.detail in DeliveryState.values:
        return str(DeliveryState(entry.detail).label)
    whole = {
        "": "",
        "messages": pgettext("report", "Messages"),
        "pages": pgettext("report", "Pages"),
        "pieces": _("Pieces of the press"),
        "alone": _("For it alone"),
        "audience": pgettext("report", "Recipients"),
    }
    return whole[entry.detail] if entry.detail in whole else channel(entry.detail)
