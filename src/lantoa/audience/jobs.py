"""What this room does on its own time: confirmation links, followers who come and go, forgetting."""

from contextlib import suppress as suppress_errors
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lantoa.audience.addresses import BadAddressError, channel_that_proves, digest, normalise
from lantoa.audience.commands import OWN_PAGE, command
from lantoa.audience.enums import ImportState, SuppressionReason
from lantoa.audience.events import ConfirmationRequested, OwnPageLinkRequested
from lantoa.audience.models import Address, ContactImport, OwnPageLink, SubscriptionRequest, Suppression
from lantoa.audience.services import (
    BadTokenError,
    ExpiredError,
    cancel_import,
    confirm_in_chat,
    confirmation_token,
    forget_expired_requests,
    forget_old_links,
    lift_suppression,
    own_page_token,
    request_own_page,
    suppress,
    withdraw_by_keyword,
)
from lantoa.audience.stop_words import stop_request
from lantoa.channels.contract import Outgoing
from lantoa.channels.events import SubscriptionChanged, TextReceived
from lantoa.channels.handing import hand_over
from lantoa.channels.selectors import received_at
from lantoa.kernel.events import subscribe
from lantoa.kernel.languages import spoken

KEEP_UPLOADS: Final = timedelta(days=7)
PATIENCE: Final = 7
"""Tries to send a confirmation: after 5, 25, 125 seconds and so on, about five hours; its link is good for 48."""


@subscribe(ConfirmationRequested)
def confirmation_requested(event: ConfirmationRequested) -> None:
    """Hand the link to a job that is patient with a channel in trouble."""
    send_confirmation.defer(request_id=event.request_id)


@app.task(
    name="audience.send_confirmation", queue="events", retry=RetryStrategy(max_attempts=PATIENCE, exponential_wait=5)
)
def send_confirmation(request_id: int) -> None:
    """Send the link that proves the address to the address; the same key each time, so a repeat is one message."""
    at = timezone.now()
    request = SubscriptionRequest.objects.filter(pk=request_id, confirmed_at=None, expires_at__gt=at).first()
    if request is None or not request.value:
        return
    way = channel_that_proves(request.channel)
    hand_over(way, _confirmation(request, way), at)


@subscribe(OwnPageLinkRequested)
def own_page_link_requested(event: OwnPageLinkRequested) -> None:
    """Hand the link to a job that is patient with a channel in trouble."""
    send_own_page_link.defer(link_id=event.link_id)


@app.task(
    name="audience.send_own_page_link", queue="events", retry=RetryStrategy(max_attempts=PATIENCE, exponential_wait=5)
)
def send_own_page_link(link_id: int) -> None:
    """Send the link of one's own page to the address itself; to an address nobody is kept under, nothing goes."""
    at = timezone.now()
    link = OwnPageLink.objects.filter(pk=link_id, used_at=None, expires_at__gt=at).first()
    if link is None:
        return
    known = Address.objects.filter(channel=link.channel, digest=link.digest, erased_at=None).first()
    if value := link.value or (known.value if known else ""):
        way = channel_that_proves(link.channel)
        hand_over(way, _own_page_letter(link, value, way), at)


def _confirmation(request: SubscriptionRequest, way: str) -> Outgoing:
    with translation.override(spoken(request.language)):
        path = reverse("portal:subscription_confirm", args=[confirmation_token(request)])
        url = f"{settings.LANTOA_BASE_URL}{path}"
        return Outgoing(
            key=f"confirm-{request.public_id}",
            address=request.value,
            subject=_("Please confirm that you want our messages"),
            text=render_to_string("audience/confirmation.txt", {"url": url, "channel": way}).strip(),
            language=request.language,
        )


def _own_page_letter(link: OwnPageLink, value: str, way: str) -> Outgoing:
    with translation.override(spoken(link.language)):
        page = "portal:new_address" if link.person_id else "portal:mine"
        url = f"{settings.LANTOA_BASE_URL}{reverse(page, args=[own_page_token(link)])}"
        shown = {"url": url, "channel": way, "new_address": link.person_id is not None}
        return Outgoing(
            key=f"own-page-{link.public_id}",
            address=value,
            subject=_("Please confirm your new address") if link.person_id else _("What is kept about you"),
            text=render_to_string("audience/own_page.txt", shown).strip(),
            language=link.language,
        )


_LIFTED_BY_FOLLOWING: Final = (SuppressionReason.UNFOLLOWED, SuppressionReason.KEYWORD)


@subscribe(SubscriptionChanged)
def follow_changed(event: SubscriptionChanged) -> None:
    """Who stops following gets nothing more there; who follows again may. The later of the two counts.

    Who came by an invitation of ours has agreed by that to what it names; whoever pressed Start gets a word from us.
    """
    try:
        code = digest(event.kind, normalise(event.kind, event.sender))
    except (BadAddressError, KeyError):
        return
    at = min(datetime.fromisoformat(event.occurred_at), timezone.now())
    with transaction.atomic():
        known = Suppression.objects.filter(channel=event.kind, digest=code, reason__in=_LIFTED_BY_FOLLOWING)
        if event.following:
            if known.filter(lifted_at=None).exists():
                lift_suppression(by=None, at=at, channel=event.kind, digest=code)
        elif not known.filter(lifted_at__gte=at).exists():
            suppress(reason=SuppressionReason.UNFOLLOWED, by=None, at=at, channel=event.kind, digest=code)
        if event.following and event.token is not None:
            outcome = _joined(event, at)
            greet.defer(
                account_id=event.account_id, inbound_id=event.inbound_id, channel=event.kind, value=event.sender,
                outcome=outcome,
            )  # fmt: skip


def _joined(event: SubscriptionChanged, at: datetime) -> str:
    """What came of an invitation: "none" was brought, the consents are "made", or it was "refused"."""
    if not event.token:
        return "none"
    said_at = min(at, timezone.now())
    try:
        confirm_in_chat(
            token=event.token, channel=event.kind, value=event.sender, at=said_at, inbound_id=event.inbound_id
        )
    except (BadTokenError, ExpiredError):
        return "refused"
    return "made"


@app.task(name="audience.greet", queue="events", retry=RetryStrategy(max_attempts=PATIENCE, exponential_wait=5))
def greet(account_id: int, inbound_id: int, channel: str, value: str, outcome: str) -> None:
    """Answer the press of Start in the chat: what was agreed and how to end it, or where to subscribe."""
    with translation.override("vi"):
        pages = {"subscribe_url": f"{settings.LANTOA_BASE_URL}{reverse('portal:subscribe')}", "outcome": outcome}
        text = render_to_string("audience/greeting.txt", pages).strip()
    message = Outgoing(key=f"greet-{inbound_id}", address=value, text=text)
    hand_over(channel, message, timezone.now(), account_id)


@subscribe(TextReceived)
def text_received(event: TextReceived) -> None:
    """Who writes a stop word gets nothing more on that channel, known to us or not; what else they wrote is for
    listening.

    The command for one's own page has its link sent to the chat it came from.
    """
    if command(event.text) == OWN_PAGE:
        send_own_page_to_chat(event)
        return
    asked = stop_request(event.text)
    if asked is None:
        return
    try:
        value = normalise(event.kind, event.sender)
    except (BadAddressError, KeyError):
        return
    said_at = min(datetime.fromisoformat(event.occurred_at), timezone.now())
    withdraw_by_keyword(
        at=said_at, channel=event.kind, value=value, keyword=asked.keyword, inbound_id=event.inbound_id,
        came_at=received_at(event.inbound_id),
    )  # fmt: skip


def send_own_page_to_chat(event: TextReceived) -> None:
    """Have the link of one's own page sent to the address a command came from; nothing where we keep nobody."""
    with suppress_errors(BadAddressError, KeyError):
        request_own_page(at=timezone.now(), channel=event.kind, value=event.sender, language="vi")


@app.periodic(cron="*/20 * * * *")
@app.task(name="audience.fold_tally", queue="default")
def fold_tally(timestamp: int) -> None:
    """Add up the steps of each cell, so that counting stays quick; the sums stay what they were."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audience_fold_tally()")


@app.periodic(cron="17 3 * * *")
@app.task(name="audience.forget", queue="default")
def forget(timestamp: int) -> None:
    """Drop what nobody confirmed in time, links to own pages that are over, and uploads left lying for a week."""
    at = timezone.now()
    forget_expired_requests(at=at)
    forget_old_links(at=at)
    left = ContactImport.objects.filter(
        state__in=[ImportState.UPLOADED, ImportState.MAPPED], created_at__lt=at - KEEP_UPLOADS
    )
    for import_id in left.values_list("pk", flat=True):
        cancel_import(by=None, at=at, import_id=import_id)
