"""Work behind the case desk: replies on the citizen's channel, and messages on a channel that become cases."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from lantoa.audience.enums import SuppressionReason
from lantoa.audience.services import suppress as suppress_address
from lantoa.channels.events import AddressDead, ReceiptsReceived, TextReceived
from lantoa.kernel.clock import now
from lantoa.kernel.events import subscribe
from lantoa.listening.intake import take_in
from lantoa.listening.models import CaseReply
from lantoa.listening.replies import OUR_KEY, apply_receipts, send_reply
from lantoa.listening.selectors import due_replies
from lantoa.listening.services import ReplyWanted

GRACE = timedelta(seconds=20)
"""How long a due reply's own job has before the sweep makes another."""


@subscribe(ReplyWanted)
def reply_wanted(event: ReplyWanted) -> None:
    """Hand a reply to the queue that outranks bulk work."""
    _enqueue(event.reply_id)


@app.task(name="listening.reply", queue="replies", priority=10)
def reply(reply_id: int) -> None:
    """Send one reply; one that could not go comes back by itself when its time has come."""
    sent = send_reply(reply_id=reply_id, at=now())
    if sent is not None and sent.due_at is not None:
        _enqueue(reply_id, sent.due_at)


@app.periodic(cron="* * * * *")
@app.task(name="listening.sweep_replies", queue="replies", priority=10)
def sweep_replies(timestamp: int) -> None:
    """Find again the replies whose worker died or whose job was lost: the row is the truth, the queue is not."""
    for reply_id in due_replies(now() - GRACE):
        _enqueue(reply_id)


@subscribe(TextReceived)
def text_received(event: TextReceived) -> None:
    """A citizen wrote to us on a channel: open a case, or join the one still waiting."""
    take_in(event, at=now())


@subscribe(ReceiptsReceived)
def receipts_received(event: ReceiptsReceived) -> None:
    """Providers tell what became of replies."""
    apply_receipts(event.each(), at=now())


@subscribe(AddressDead)
def reply_came_back(event: AddressDead) -> None:
    """A reply's address does not exist: nothing goes there any more, and the officer sees that it did not arrive."""
    ours = OUR_KEY.fullmatch(event.key)
    reply = CaseReply.objects.filter(pk=int(ours["number"]), channel=event.kind).first() if ours else None
    if reply is not None:
        suppress_address(reason=SuppressionReason.DEAD, by=None, at=now(), address_id=reply.address_id)


def _enqueue(reply_id: int, when: datetime | None = None) -> None:
    """Store one job for a reply, unless one waits already (the savepoint keeps the transaction around us whole)."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        reply.configure(queueing_lock=f"reply-{reply_id}", schedule_at=when).defer(reply_id=reply_id)
