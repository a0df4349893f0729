"""The door for providers: prove the origin on raw bytes, store once, answer at once; reading comes later.

The account is remembered by the process, and the one statement that stores the request does so only while the account
is still as it was remembered. So a call costs one way to the database, and a changed secret holds from its commit on.
A greeting is answered and stores nothing, so it is proven by the account as it stands, and only while that is in use.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from lantoa.channels import registry
from lantoa.channels.inbound import Forged, Hook, Received
from lantoa.channels.models import ChannelAccount
from lantoa.channels.sealing import SealBrokenError
from lantoa.channels.services import AccountChanged, store_inbound

_KEPT = ("content-type", "user-agent")
_remembered: Final[dict[tuple[str, str], ChannelAccount]] = {}


@csrf_exempt
def webhook(request: HttpRequest, kind: str, slug: str, secret: str = "") -> HttpResponse:
    """Take one provider's request: 200 stored or repeated, 403 forged, 404 no such account, 405, 413 too large."""
    hook = registry.hook(kind)
    accounts = _accounts(kind, slug, fresh=hook.greets(request.method)) if hook else iter(())
    account = next(accounts, None)
    if hook is None or account is None:
        return HttpResponse(status=404)
    if request.method not in hook.methods:
        return HttpResponseNotAllowed(hook.methods)
    received = _received(request, hook, secret)
    if received is None:
        return HttpResponse(status=413)
    answer = _take(hook, account, received)
    if answer.status_code != 200 and (as_it_stands := next(accounts, None)) is not None:
        return _take(hook, as_it_stands, received)
    return answer


def _accounts(kind: str, slug: str, *, fresh: bool) -> Iterator[ChannelAccount]:
    """The account as this process remembers it (not when a `fresh` one is asked for), then as it stands."""
    if not fresh and (known := _remembered.get((kind, slug))) is not None:
        yield known
    found = ChannelAccount.objects.filter(kind=kind, slug=slug).order_by().first()
    if found is None:
        _remembered.pop((kind, slug), None)
    else:
        _remembered[kind, slug] = found
        yield found


def _take(hook: Hook, account: ChannelAccount, received: Received) -> HttpResponse:
    """Prove and store. 503: the provider shall try again; for a broken seal the channel's page says what to do."""
    now = timezone.now()
    try:
        secrets = account.secrets()
        greeting = hook.greeting(received, account.settings, secrets)
        if greeting is not None:
            if not account.enabled:
                return HttpResponse(status=403)
            return HttpResponse(greeting, content_type="text/plain")
        hook.verify(received, account.settings, secrets, now=now)
        kept = _without(received.headers, hook.secret_headers)
        received = replace(received, headers={**kept, **hook.notes(account.settings)})
        store_inbound(account=account, event_id=hook.event_id(received)[:200], received=received, at=now, as_given=True)
    except Forged:
        return HttpResponse(status=403)
    except (SealBrokenError, AccountChanged):
        return HttpResponse(status=503)
    body, content_type = hook.answer(received)
    return HttpResponse(body, content_type=content_type)


def _without(headers: Mapping[str, str], secret: tuple[str, ...]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in secret}


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
