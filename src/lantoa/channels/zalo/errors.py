"""The provider's error codes, as one table: HTTP says 200 also on failure, so only the code counts.

Sources: the platform's public error tables and open clients; codes no source explains count as refused,
because the provider did answer and did not accept.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import AccountProblem, Rejected, SendProblem, Throttled, Unknown, Window, explain

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = Window(time(6), time(22))

TOKEN_DEAD = frozenset({"-216", "-220"})
THROTTLED = frozenset({"-32"})
NIGHT = frozenset({"-234"})
IN_DOUBT = frozenset({"-100"})

GONE = {
    "-213": _("the person does not follow this account"),
    "-227": _("the person's account is blocked or unused for more than 45 days"),
    "-244": _("the person has restricted messages from this account"),
}
REFUSED = {
    "-201": _("a parameter is not valid"),
    "-218": _("the person has received as many messages as they may"),
    "-230": _("the person has not written in the last 7 days"),
    "-232": _("the person has not written in the last 7 days"),
}
ACCOUNT = {
    "-204": _("the official account no longer exists"),
    "-205": _("the official account does not exist"),
    "-211": _("the account's message quota is used up"),
    "-216": _("the access token is refused"),
    "-220": _("the access token is refused"),
    "-221": _("the official account has not been verified"),
    "-224": _("the official account needs a paid plan"),
    "-240": _("this way of sending was closed by the provider"),
    "-321": _("the account has no money left"),
}


def problem_of(code: str, now: datetime, retry_after: str = "") -> SendProblem:
    """Return what an error code means; ``now`` is any aware moment."""
    if code in THROTTLED:
        seconds = int(retry_after) if retry_after.isdecimal() else 10
        return Throttled(explain(_("too many messages at once"), code=code), after=timedelta(seconds=seconds))
    if code in NIGHT:
        return Throttled(explain(_("no messages between 22:00 and 06:00"), code=code), until=next_morning(now))
    if code in GONE:
        return Rejected(explain(GONE[code], code=code), suppress=True)
    if code in REFUSED:
        return Rejected(explain(REFUSED[code], code=code))
    if code in ACCOUNT:
        return AccountProblem(explain(ACCOUNT[code], code=code))
    if code in IN_DOUBT or not code.lstrip("-").isdecimal():
        return Unknown(explain(_("no clear answer"), code=code[:20]) if code else _("the answer has no result code"))
    return Rejected(explain(_("refused by Zalo"), code=code))


def next_morning(now: datetime) -> datetime:
    """Return when night ends; by our clock it may be day already: then a quarter of an hour from now."""
    local = now.astimezone(LOCAL)
    opens = DAY.next_open(local)
    return opens if opens > local else local + timedelta(minutes=15)
