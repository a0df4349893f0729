"""Events for people's own calendars."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lantoa.kernel.everybody import EVERYBODYS
from lantoa.newsroom import ics, selectors
from lantoa.newsroom.enums import EventKind
from lantoa.newsroom.models import EventPage

MOST = 200
HOST = urlsplit(settings.LANTOA_BASE_URL).hostname or "lantoa"


@require_safe
@cache_control(**EVERYBODYS)
def every_event(request: HttpRequest) -> HttpResponse:
    """All events to come, to subscribe to; `?loai=dialogue` for those of one kind."""
    kind = next((one for one in EventKind if one == request.GET.get("loai")), None)
    events = selectors.coming_events(kind=kind or "", n=MOST)
    name = " · ".join(filter(None, [kind and str(kind.label), _("Events on poverty reduction")]))
    return _calendar(events, name=name, file=f"su-kien{f'-{kind}' if kind else ''}.ics")


@require_safe
@cache_control(**EVERYBODYS)
def one_event(request: HttpRequest, slug: str) -> HttpResponse:
    """One published event, past or to come."""
    event = selectors.event_named(slug)
    if event is None:
        raise Http404
    return _calendar([event], name=event.title, file=f"{slug}.ics")


def _calendar(events: Iterable[EventPage], *, name: str, file: str) -> HttpResponse:
    content = ics.calendar(events, name=name, host=HOST)
    return HttpResponse(
        content, content_type=ics.CONTENT_TYPE, headers={"Content-Disposition": f'attachment; filename="{file}"'}
    )
