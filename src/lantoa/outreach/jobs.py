"""What outreach does on hearing from other rooms."""

import contextlib
from dataclasses import asdict
from typing import Any

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from lantoa.approvals.events import Approved, Revoked
from lantoa.audience.enums import SuppressionReason
from lantoa.audience.services import suppress, unsubscribe, unsubscribe_token
from lantoa.channels.events import AddressDead, MessageRefused, PlacingProgressed, ReceiptsReceived
from lantoa.kernel import clock
from lantoa.kernel.events import subscribe
from lantoa.outreach import series_jobs  # noqa: F401 - the worker finds jobs here
from lantoa.outreach.confirm_words import answer
from lantoa.outreach.events import AddressRefused, BroadcastReleased, PlacementTakenDown, WordTaken
from lantoa.outreach.selectors.addressed import addressed
from lantoa.outreach.services.broadcasts import approve_drafts, hold_unapproved
from lantoa.outreach.services.programmes import note_progress, plan_by_hand, played_by_hand
from lantoa.outreach.services.receipts import take_receipts
from lantoa.outreach.services.retracting import retract

PREFIX = "outreach.message:"


@subscribe(ReceiptsReceived)
def raise_deliveries(event: ReceiptsReceived) -> None:
    """Apply providers' receipts; a repeat changes nothing."""
    take_receipts(event.each(), at=clock.now())


@subscribe(PlacingProgressed)
def tell_how_it_plays(event: PlacingProgressed) -> None:
    """The history of a placement tells when its device began, was interrupted or stopped; a repeat changes nothing."""
    note_progress(event)


@subscribe(BroadcastReleased)
def plan_stations(event: BroadcastReleased) -> None:
    """Stations without a device have their hour as soon as it is released; a repeat keeps what was told."""
    if played_by_hand(event.broadcast_id):
        with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
            plan_there.configure(queueing_lock=f"plan-{event.broadcast_id}").defer(broadcast_id=event.broadcast_id)


@app.task(name="outreach.plan_by_hand", queue="events", retry=RetryStrategy(max_attempts=7, exponential_wait=5))
def plan_there(broadcast_id: int) -> None:
    """By itself, as each station is planned and committed alone while no other worker plans it."""
    plan_by_hand(broadcast_id=broadcast_id, at=clock.now())


@subscribe(Approved)
def approve_waiting_broadcasts(event: Approved) -> None:
    """Drafts of exactly this content are approved now."""
    if event.subject.startswith(PREFIX):
        approve_drafts(subject=event.subject, sha256=event.sha256, at=clock.now())


@subscribe(Revoked)
def hold_broadcasts(event: Revoked) -> None:
    """Nothing more goes out on a revoked approval."""
    if event.subject.startswith(PREFIX):
        hold_unapproved(subject=event.subject, sha256=event.sha256, at=clock.now())


@subscribe(AddressRefused)
def silence_dead_address(event: AddressRefused) -> None:
    """Nobody writes again to an address that its provider calls dead."""
    suppress(reason=SuppressionReason.DEAD, by=None, at=clock.now(), address_id=event.address_id)


@subscribe(AddressDead)
def silence_returned_address(event: AddressDead) -> None:
    """Nobody writes again to an address whose mail system says that it does not exist."""
    went = addressed(event.key, channel=event.kind)
    if went is not None:
        suppress(reason=SuppressionReason.DEAD, by=None, at=clock.now(), address_id=went.address_id)


@subscribe(MessageRefused)
def end_what_was_refused(event: MessageRefused) -> None:
    """A refusal by mail ends what the link in the same message would have ended."""
    went = addressed(event.key, channel=event.kind)
    if went is not None:
        unsubscribe(unsubscribe_token(went.address_id, went.purpose), clock.now())


@subscribe(PlacementTakenDown)
def take_away(event: PlacementTakenDown) -> None:
    """What a person took down is taken away where a wire brought it."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        retract_there.configure(queueing_lock=f"retract-{event.placement_id}").defer(placement_id=event.placement_id)


@app.task(name="outreach.retract", queue="replies", retry=RetryStrategy(max_attempts=7, exponential_wait=5))
def retract_there(placement_id: int) -> None:
    """Over the wire; tried again while it is away."""
    retract(placement_id=placement_id)


@subscribe(WordTaken)
def answer_word(event: WordTaken) -> None:
    """Who said by a text that a message was there hears what became of it."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        tell_sender.configure(queueing_lock=f"word-{event.inbound_id}").defer(**asdict(event))


@app.task(name="outreach.answer_word", queue="replies", retry=RetryStrategy(max_attempts=7, exponential_wait=5))
def tell_sender(**told: Any) -> None:
    """By itself, as it waits for a provider and events of all rooms are worked together."""
    answer(WordTaken(**told), at=clock.now())
