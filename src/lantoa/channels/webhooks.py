"""The door for providers: prove the origin on raw bytes, store once, answer at once; reading comes later."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from lantoa.channels import registry
from lantoa.channels.contract import Forged, Hook, Received
from lantoa.channels.models import ChannelAccount
from lantoa.channels.sealing import SealBrokenError
from lantoa.channels.services import store_inbound

_KEPT = ("content-type", "user-agent")


@csrf_exempt
def webhook(request: HttpRequest, kind: str, slug: str, secret: str = "") -> HttpResponse:
    """Take one provider's request: 200 stored or repeated, 403 forged, 404 no such account, 405, 413 too large."""
    hook, now = registry.hook(kind), timezone.now()
    account = ChannelAccount.objects.filter(kind=kind, slug=slug).first()
    if hook is None or account is None:
        return HttpResponse(status=404)
    if request.method not in hook.methods:
        return HttpResponseNotAllowed(hook.methods)
    received = _received(request, hook, secret)
    if received is None:
        return HttpResponse(status=413)
    try:
        hook.verify(received, account.settings, account.secrets(), now=now)
    except Forged:
        return HttpResponse(status=403)
    except SealBrokenError:
        return HttpResponse(status=503)  # the provider will try again; the channel's page says what to do
    store_inbound(account=account, event_id=hook.event_id(received)[:200], received=received, at=now)
    return HttpResponse("ok", content_type="text/plain")


def _received(request: HttpRequest, hook: Hook, secret: str) -> Received | None:
    query = request.method == "GET"
    if query:
        body = request.META.get("QUERY_STRING", "").encode("utf-8", "replace")
    else:
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        if not length.isdecimal() or int(length) > hook.max_bytes:
            return None
        body = request.read(hook.max_bytes + 1)
    if len(body) > hook.max_bytes:
        return None
    named = ((name.lower(), value) for name, value in request.headers.items())
    kept = {name: value for name, value in named if name.startswith("x-") or name in _KEPT}
    return Received(body=body, headers=kept, secret=secret, query=query)
