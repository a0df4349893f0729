"""Files that people carry a message out with, handed over: for one placement, and for all of one kind."""

from datetime import datetime

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from lantoa.channels.placing import Kit
from lantoa.channels.registry import publics
from lantoa.outreach.confirm_words import with_ways
from lantoa.outreach.models import Broadcast
from lantoa.outreach.placement_enums import PlacementState
from lantoa.outreach.placement_loading import placings
from lantoa.outreach.selectors.placements import placements_of

_OUT = (PlacementState.CANCELLED, PlacementState.WITHDRAWN)


def handed_out(kit: Kit | None) -> HttpResponse:
    """The file as a download that no search engine lists; raises Http404 for none."""
    if kit is None:
        raise Http404
    disposition = content_disposition_header(True, kit.name) or "attachment"
    headers = {"Content-Disposition": disposition, "X-Robots-Tag": "noindex"}
    return HttpResponse(kit.content, content_type=kit.content_type, headers=headers)


def lot_of(row: Broadcast, kind: str, *, at: datetime) -> Kit | None:
    """What all outlets of a kind need, by unit, hamlet and name; None where there is no such file or nothing is to be
    put there. Raises a LantoaError where the text cannot be printed."""
    found = publics().get(kind)
    if found is None or found.lot is None:
        return None
    rows = placements_of(row, kind=kind).exclude(state__in=_OUT).select_related("outlet", "broadcast__version__message")
    known = {one.pk: one for one in rows}
    ready = [with_ways(one, known[pk]) for pk, one in placings(list(known.values()), at=at).items()]
    ready.sort(key=lambda one: (one.place.unit, one.place.hamlet, one.place.name, one.key))
    return found.lot(ready) if ready else None
