"""What the Bot API's refusals mean: the status first, then the words, which are the only finer sign it gives.

Sources: core.telegram.org/bots/api ("Making requests", "ResponseParameters"); the words as clients record them.
"""

from datetime import timedelta

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import AccountProblem, Rejected, SendProblem, Throttled, explain
from lantoa.channels.wire import problem_of as http_problem

LONGEST_WAIT = 24 * 3600

GONE = {
    "bot was blocked by the user": _("the person has blocked the bot"),
    "user is deactivated": _("the person's account is closed"),
    "can't initiate conversation": _("the person has not pressed Start yet"),
    "chat not found": _("this is no chat of the bot"),
    "peer_id_invalid": _("this is no chat of the bot"),
}
"""Words of a 403 or 400 that speak of the chat itself."""


def problem_of(status: int, description: str, retry_after: str) -> SendProblem:
    """Return what a refusal means for one message; ``retry_after`` in seconds, perhaps empty."""
    code, said = f"HTTP {status}", description.lower()
    if status == 429:
        seconds = int(retry_after) if retry_after.isdecimal() and len(retry_after) < 9 else 5
        after = timedelta(seconds=min(seconds, LONGEST_WAIT))
        return Throttled(explain(_("too many messages at once"), code=code), after=after)
    if status in (400, 403):
        words = next((words for sign, words in GONE.items() if sign in said), "")
        if words:
            return Rejected(explain(words, code=code), suppress=True)
        if status == 403:
            return Rejected(explain(_("the chat does not take messages of the bot"), code=code), suppress=True)
        if "message is too long" in said:
            return Rejected(explain(_("the text is too long"), code=code))
        return Rejected(explain(_("refused by Telegram"), code=code))
    if status in (401, 404):  # 404: no bot has this token
        return AccountProblem(explain(_("the bot's token is refused"), code=code))
    return http_problem(status, retry_after)
