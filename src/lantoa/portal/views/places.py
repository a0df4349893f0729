"""For whom, and where: the page of an audience, the choice of a commune, and a commune's own page."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from lantoa.kernel.clock import today
from lantoa.kernel.everybody import EVERYBODYS, for_everybody
from lantoa.kernel.pace import too_fast, wait
from lantoa.portal import audiences, menu, places, presenting
from lantoa.portal.views.reading import public
from lantoa.territory.naming import what_became_of


@public
def audience(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that concerns one audience."""
    door = audiences.DOORS.get(slug)
    if door is None:
        raise Http404
    context = {
        "door": door,
        "shelves": audiences.shelves(door),
        "announced": audiences.announced() if door.announced else [],
        "chosen": presenting.chosen(request.GET.get("xa", "")),
    }
    return render(request, "portal/audience.html", context)


@for_everybody
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Type a commune's name of today or of once; a name that means one commune of today leads straight to it."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    if query and too_fast(request, "places"):
        return wait(render(request, "portal/places.html", {"query": query, "slower": True}, status=429))
    return _called(request, query)


@cache_control(**EVERYBODYS)
def _called(request: HttpRequest, query: str) -> HttpResponse:
    found, fits = places.communes_called(query)
    if fits and len(found) == 1 and len(found[0].heirs) == 1:
        only = found[0]
        before = f"?tu={only.unit_id}" if only.last_day else ""
        return redirect(reverse("portal:commune", args=[only.heirs[0][0]]) + before)
    context = {"query": query, "found": found, "fits": fits, "asked": bool(query)}
    context["all"] = [] if found else places.communes()
    context["locates"] = not query and places.may_locate()
    return render(request, "portal/places.html", context)


@csrf_exempt  # no session, so nothing to forge; see `cases.personal`
@require_POST
@cache_control(no_store=True)
def locate(request: HttpRequest) -> JsonResponse:
    """The commune around a point that a phone has measured. The point comes in the body and is kept nowhere."""
    if too_fast(request, "locate"):
        return wait(JsonResponse({"why": _("Too often in one minute. Wait a little, or type the name.")}, status=429))
    unit_id = places.commune_at(request.POST.get("kinh-do", ""), request.POST.get("vi-do", ""))
    if unit_id is None:
        return JsonResponse({"why": _("No commune of this province is there. Type its name instead.")}, status=404)
    return JsonResponse({"url": reverse("portal:commune", args=[unit_id])})


@public
def commune(request: HttpRequest, unit_id: int) -> HttpResponse:
    """A commune's office, contacts, news and policies; one that is gone shows or leads to what it became."""
    place = presenting.chosen(str(unit_id))
    if place is None:
        return _split(request, unit_id)
    if place.unit_id != unit_id:
        return redirect(f"{reverse('portal:commune', args=[place.unit_id])}?tu={unit_id}")
    context = {
        "place": place,
        "here": places.here(place),
        "before": presenting.old_name(request.GET.get("tu", ""), place.unit_id),
        "policies_url": menu.PLACES["policies"].url,
    }
    return render(request, "portal/commune.html", context)


def _split(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The communes among which an old one was divided, to choose from."""
    gone = what_became_of(unit_id, on=today()) if unit_id < places.FAR_BEYOND else None
    if gone is None or not gone.heirs:
        raise Http404
    return render(request, "portal/places.html", {"query": gone.name, "found": [gone], "fits": True, "asked": True})
