"""Work behind the case desk: replies on the citizen's channel, and Zalo messages that become cases."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lantoa.channels.events import TextReceived
from lantoa.kernel.clock import now
from lantoa.kernel.events import subscribe
from lantoa.listening.intake import take_in
from lantoa.listening.replies import ReplyWaits, send_reply
from lantoa.listening.services import ReplyWanted


@subscribe(ReplyWanted)
def reply_wanted(event: ReplyWanted) -> None:
    """Hand a reply to the queue that outranks bulk work."""
    reply.configure(queueing_lock=f"reply-{event.reply_id}").defer(reply_id=event.reply_id)


@app.task(
    name="listening.reply",
    queue="replies",
    priority=10,
    retry=RetryStrategy(max_attempts=40, wait=5, retry_exceptions=[ReplyWaits]),
)
def reply(reply_id: int) -> None:
    """Send one reply, once."""
    send_reply(reply_id=reply_id, at=now())


@subscribe(TextReceived)
def text_received(event: TextReceived) -> None:
    """A citizen wrote to us on a channel: open a case, or join the one still waiting."""
    take_in(event, at=now())
