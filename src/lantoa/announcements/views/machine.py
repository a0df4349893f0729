"""For machines: the feeds, and the hub's door."""

from hashlib import sha256
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from lantoa.announcements import feeds, selectors
from lantoa.announcements.enums import Form
from lantoa.announcements.selectors import Feed
from lantoa.announcements.services import ask
from lantoa.announcements.services.hub import HubRefusal
from lantoa.kernel.clock import now


@require_safe
def feed(request: HttpRequest, page: str, language: str, form: str) -> HttpResponse:
    """One feed; 304 for whoever has it already."""
    found = selectors.feed(page, language, at=now()) if form in Form.values else None
    if found is None:
        raise Http404
    body = feeds.rendered(found, form)
    etag, changed = quote_etag(sha256(body).hexdigest()[:32]), int(found.changed_at.timestamp())
    answer = HttpResponse(body, content_type=f"{feeds.TYPES[form]}; charset=utf-8")
    answer = get_conditional_response(request, etag, changed, answer) or answer
    for name, value in _told(found, form, etag, changed).items():
        answer.headers[name] = value
    return answer


def _told(found: Feed, form: str, etag: str, changed: int) -> dict[str, str]:
    """What a feed's head says, also of one that did not change: where it is, who tells of changes, how old it is."""
    own = selectors.feed_url(found.page.slug, found.language, form)
    links = [*(f'<{url}>; rel="hub"' for url in selectors.hub_urls()), f'<{own}>; rel="self"']
    return {
        "ETag": etag,
        "Last-Modified": http_date(changed),
        "Link": ", ".join(links),
        "Cache-Control": "public, max-age=300",
        "Access-Control-Allow-Origin": "*",
    }


@csrf_exempt
@require_POST
def hub(request: HttpRequest) -> HttpResponse:
    """Take a wish (202) or say what is wrong with it (400; 429 for too many)."""
    given = request.POST
    told = {name: given.get(f"hub.{name}", "") for name in ("mode", "topic", "callback", "secret")}
    try:
        ask(**told, lease=given.get("hub.lease_seconds", ""), at=now())
    except HubRefusal as refusal:
        status = HTTPStatus.TOO_MANY_REQUESTS if refusal.busy else HTTPStatus.BAD_REQUEST
        return HttpResponse(f"{refusal}\n", status=status, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=HTTPStatus.ACCEPTED)
