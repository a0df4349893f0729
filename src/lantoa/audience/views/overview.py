"""The audience in figures."""

from django.http import HttpResponse
from django.shortcuts import render

from lantoa.audience import presenting
from lantoa.audience.rules import IMPORT_PEOPLE, RECORD_CONSENT, VIEW_AUDIENCE, VIEW_PEOPLE, VIEW_SEGMENTS
from lantoa.audience.selectors import overview
from lantoa.kernel.access import allowed
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import today
from lantoa.territory.selectors import names_on


@desk_view(VIEW_AUDIENCE)
def front(request: StaffRequest) -> HttpResponse:
    """How many people, by channel, group and commune; small cells of sensitive groups are withheld."""
    found = overview(request.user)
    names = names_on([unit.unit_id for unit in found.units], today())
    rights = (("may_import", IMPORT_PEOPLE), ("may_find", VIEW_PEOPLE), ("may_segment", VIEW_SEGMENTS),
              ("may_record", RECORD_CONSENT))  # fmt: skip
    shown = {
        "found": found,
        "facts": presenting.overview_facts(found),
        "funnel": presenting.channel_funnel(found.people, found.by_channel),
        "groups": presenting.group_table(found.groups),
        "units": presenting.unit_table(found.units, names),
    }
    return render(request, "audience/overview.html", shown | {name: allowed(request.user, p) for name, p in rights})
