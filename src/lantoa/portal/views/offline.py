"""The portal as an app on a phone: its manifest and icons, the page without a network, the outbox, what to keep."""

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lantoa.kernel.clock import today
from lantoa.kernel.everybody import EVERYBODYS, for_everybody
from lantoa.kernel.pace import too_fast, wait
from lantoa.outreach.selectors import leaflets
from lantoa.portal import app_manifest, dress, icons, kits, places
from lantoa.portal.forms import FeedbackForm
from lantoa.portal.views.reading import public
from lantoa.territory import selectors as territory


@public
def manifest(request: HttpRequest) -> HttpResponse:
    """The app's name, colours and icons, all from settings."""
    told = json.dumps(app_manifest.manifest(), ensure_ascii=False)
    return HttpResponse(told, content_type="application/manifest+json; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86_400)
def icon(request: HttpRequest, size: int) -> HttpResponse:
    """The app's icon."""
    if size not in icons.SIZES:
        raise Http404
    return HttpResponse(icons.icon(size), content_type="image/png")


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def colours(request: HttpRequest, digest: str) -> HttpResponse:
    """The installation's own colours; another look has another address."""
    own = dress.stylesheet()
    if not own or digest != dress.digest(own):
        raise Http404
    return HttpResponse(own, content_type="text/css; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def seal(request: HttpRequest, digest: str) -> HttpResponse:
    """The installation's seal, as its pages' heads show it."""
    own = dress.seal(dress.IN_HEADS)
    if not own or digest != dress.digest(own):
        raise Http404
    return HttpResponse(own, content_type="image/png")


@public
def without_network(request: HttpRequest) -> HttpResponse:
    """What a reader sees when there is no network and the page was not kept."""
    return render(request, "portal/without_network.html")


@public
def outbox(request: HttpRequest) -> HttpResponse:
    """Messages that wait on this phone for a network; the list is the phone's own, we know nothing of it."""
    return render(request, "portal/outbox.html", {"form": FeedbackForm(initial={"key": ""})})


@public
def kits_of_communes(request: HttpRequest) -> HttpResponse:
    """Every commune's kit."""
    try:
        root = territory.province(settings.LANTOA_PROVINCE_CODE, on=today())
        rows = territory.communes(root.pk, today())
    except territory.UnknownUnit:
        rows = []
    return render(request, "portal/kits.html", {"communes": [(row.name, row.code) for row in rows if row.code]})


@for_everybody
@require_safe
def kit(request: HttpRequest, code: str) -> HttpResponse:
    """What is in a commune's kit with each piece's weight, and the button that keeps it; as JSON for browsers."""
    if "ds" in request.GET and too_fast(request, "kit"):
        return wait(HttpResponse(status=429))
    return _kit(request, code)


@cache_control(**EVERYBODYS)
def _kit(request: HttpRequest, code: str) -> HttpResponse:
    found = kits.kit(code)
    if found is None:
        return _kits_of_heirs(request, code, for_browser="ds" in request.GET)
    if "ds" in request.GET:
        return JsonResponse({"version": found.version, "urls": found.urls})
    return render(request, "portal/kit.html", {"kit": found, "urls": json.dumps(found.urls)})


def _kits_of_heirs(request: HttpRequest, code: str, *, for_browser: bool) -> HttpResponse:
    """Of a commune that bears this code no more: on to the kit of the one that holds its land, or several to choose
    from. What a code means may change, so nobody keeps the way."""
    known = places.once_coded(code)
    if known is None:
        raise Http404
    gone, heirs = known
    if len(heirs) == 1 and heirs[0].code:
        return redirect(reverse("portal:kit", args=[heirs[0].code]) + ("?ds=1" if for_browser else ""))
    choice = [(one.name, _kit_of(one)) for one in heirs]
    if not for_browser:
        return render(request, "portal/kit_heirs.html", {"gone": gone, "choice": choice})
    words = _("What this phone keeps is of %(name)s, part of other places today. Choose yours to keep it anew:")
    return JsonResponse({"words": words % {"name": gone.name}, "heirs": choice})


def _kit_of(place: territory.UnitRow) -> str:
    """The address of a commune's kit; of its page while it has no code."""
    return reverse("portal:kit", args=[place.code]) if place.code else reverse("portal:commune", args=[place.id])


@public
def leaflet(request: HttpRequest, pk: int) -> HttpResponse:
    """A leaflet that was handed out, to read on a phone."""
    found = leaflets.leaflet(pk, language=get_language() or "vi")
    if found is None:
        raise Http404
    return render(request, "portal/leaflet.html", {"leaflet": found})
