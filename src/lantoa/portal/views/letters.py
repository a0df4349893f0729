"""News for those who asked for it: subscribe, confirm, stop."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt

from lantoa.audience import services as audience
from lantoa.audience.addresses import channel_that_proves
from lantoa.channels.selectors import invitation
from lantoa.channels.webpush.accounts import push_door
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.outreach import selectors as outreach
from lantoa.outreach.services.inbox import mark_read
from lantoa.portal.forms import SubscriptionForm
from lantoa.portal.throttle import too_many
from lantoa.portal.views.cases import personal, with_form


@csrf_exempt  # no session, so nothing to forge; see `cases.personal`
@cache_control(no_store=True)
def subscribe(request: HttpRequest) -> HttpResponse:
    """Ask for news on a channel; nothing is sent before the owner of the address confirms."""
    form = SubscriptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not too_many(request, form, "subscribe"):
        if form.cleaned_data["channel"] == "telegram":
            return _invite(request, form)
        try:
            made = audience.request_subscription(**form.request(), at=now())
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
        else:
            if isinstance(made, audience.Subscribed):
                return redirect("portal:inbox", token=made.inbox_token)
            channel = channel_that_proves(form.cleaned_data["channel"])
            return render(request, "portal/subscribe_sent.html", {"channel": channel})
    facts = {"form": form, "notifications": push_door() is not None}
    return with_form(request, "portal/subscribe.html", facts)


def _invite(request: HttpRequest, form: SubscriptionForm) -> HttpResponse:
    """Show the way into the chat; nothing is agreed before Start is pressed there."""
    asked = audience.invite_to_chat(at=now(), channel="telegram", **form.agreed())
    url = invitation("telegram", audience.invitation_token(asked))
    return render(request, "portal/subscribe_sent.html", {"channel": "telegram", "url": url})


@personal
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The second yes: a button, because mail scanners open links by themselves."""
    done, problem = None, ""
    if request.method == "POST":
        try:
            done = audience.confirm_subscription(token=token, at=now())
        except LantoaError as refusal:
            problem = str(refusal)
    context = {"done": done, "problem": problem}
    return render(request, "portal/confirm.html", context, status=422 if problem else 200)


@personal  # RFC 8058: mail programs post here by themselves; the signed link is the proof
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the messages: one press, or one POST by a mail program."""
    done, problem = None, ""
    try:
        if request.method == "POST":
            done = audience.unsubscribe(token=token, at=now())
        else:
            audience.read_unsubscribe_token(token)
    except LantoaError as refusal:
        problem = str(refusal)
    context = {"done": done, "problem": problem, "token": token}
    return render(request, "portal/unsubscribe.html", context, status=422 if problem else 200)


@personal
def inbox(request: HttpRequest, token: str) -> HttpResponse:
    """The messages of a reader who chose the portal as their channel."""
    letters = outreach.inbox(token)
    if letters is None:
        raise Http404
    for letter in letters:
        if not letter.read:
            mark_read(token=token, delivery_id=letter.delivery_id, at=now())
    return render(request, "portal/inbox.html", {"letters": letters, "token": token})
