"""The door for providers: prove the origin on raw bytes, store once, answer at once; reading comes later.

The account is remembered by the process, and the one statement that stores the request does so only while the account
is still as it was remembered. So a call costs one way to the database, and a changed secret holds from its commit on.
"""

from collections.abc import Iterator
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from lantoa.channels import registry
from lantoa.channels.contract import Forged, Hook, Received
from lantoa.channels.models import ChannelAccount
from lantoa.channels.sealing import SealBrokenError
from lantoa.channels.services import AccountChanged, store_inbound

_KEPT = ("content-type", "user-agent")
_remembered: Final[dict[tuple[str, str], ChannelAccount]] = {}


@csrf_exempt
def webhook(request: HttpRequest, kind: str, slug: str, secret: str = "") -> HttpResponse:
    """Take one provider's request: 200 stored or repeated, 403 forged, 404 no such account, 405, 413 too large."""
    channel = registry.channels().get(kind)
    hook = channel.hook if channel else None
    accounts = _accounts(kind, slug) if hook else iter(())
    account = next(accounts, None)
    if hook is None or account is None:
        return HttpResponse(status=404)
    if request.method not in hook.methods:
        return HttpResponseNotAllowed(hook.methods)
    received = _received(request, hook, secret)
    if received is None:
        return HttpResponse(status=413)
    status = _take(hook, account, received)
    if status != 200 and (as_it_stands := next(accounts, None)) is not None:
        status = _take(hook, as_it_stands, received)
    return HttpResponse("ok" if status == 200 else "", status=status, content_type="text/plain")


def _accounts(kind: str, slug: str) -> Iterator[ChannelAccount]:
    """The account as this process remembers it, then as it stands."""
    if (known := _remembered.get((kind, slug))) is not None:
        yield known
    fresh = ChannelAccount.objects.filter(kind=kind, slug=slug).order_by().first()
    if fresh is None:
        _remembered.pop((kind, slug), None)
    else:
        _remembered[kind, slug] = fresh
        yield fresh


def _take(hook: Hook, account: ChannelAccount, received: Received) -> int:
    """Prove and store; the status to answer with. 503: the provider shall try again."""
    now = timezone.now()
    try:
        hook.verify(received, account.settings, account.secrets(), now=now)
        event_id = hook.event_id(received)[:200]
        store_inbound(account=account, event_id=event_id, received=received, at=now, as_given=True)
    except Forged:
        return 403
    except (SealBrokenError, AccountChanged):
        return 503  # for a broken seal the channel's page says what to do
    return 200


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
