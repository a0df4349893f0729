"""Notifications in this browser: on for what is ticked, off by one button. The browser itself is the proof.

The page is one form that works like any other; its script only asks the browser for permission and puts the browser's
subscription into a hidden field. Without JavaScript the page says what else there is.
"""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from lantoa.audience import services as audience
from lantoa.channels.webpush.accounts import push_door
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.portal.forms import BrowserForm, browser_address
from lantoa.portal.throttle import too_many
from lantoa.portal.views.cases import personal, with_form
from lantoa.portal.worker import source

CHANNEL = "webpush"


@csrf_exempt  # no session, so nothing to forge; see `cases.personal`
@cache_control(no_store=True)
def notifications(request: HttpRequest) -> HttpResponse:
    """Turn notifications on in this browser, or change for what."""
    form = BrowserForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not too_many(request, form, "subscribe"):
        value = form.cleaned_data["subscription"]
        audience.subscribe_browser(at=now(), channel=CHANNEL, value=value, **form.agreed())
        return render(request, "portal/notifications_done.html", {"on": True})
    door = push_door()
    facts = {"form": form, "key": door.key if door else "", "worker": _worker_url()}
    return with_form(request, "portal/notifications.html", facts)


@personal
@require_POST
def turn_off(request: HttpRequest) -> HttpResponse:
    """Nothing more comes to this browser."""
    try:
        value = browser_address(request.POST.get("subscription", ""))
        audience.unsubscribe_browser(at=now(), channel=CHANNEL, value=value)
    except (LantoaError, forms.ValidationError):
        pass  # a browser we do not know gets nothing: that is what was asked
    return render(request, "portal/notifications_done.html", {"on": False})


@personal
@require_POST
def own_page(request: HttpRequest) -> HttpResponse:
    """From this browser to its own page."""
    typed, language = request.POST.get("subscription", ""), get_language() or "vi"
    try:
        return redirect(
            "portal:mine", audience.open_from_browser(at=now(), channel=CHANNEL, value=typed, language=language)
        )
    except LantoaError as refusal:
        return render(request, "portal/mine_broken.html", {"problem": str(refusal)}, status=422)


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The one service worker, allowed over the whole site; asked for anew each time: a new one counts at once."""
    script = source(offline=settings.LANTOA_OFFLINE)
    answer = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    answer.headers["Service-Worker-Allowed"] = "/"
    return answer


def _worker_url() -> str:
    with translation.override("vi"):
        return reverse("portal:notifications_worker")
