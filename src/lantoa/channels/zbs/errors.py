"""What the provider's codes mean for template messages: HTTP says 200 also on failure, so only the code counts.

The table is the provider's public one ("Cách xử lý mã lỗi", zalo.cloud/zns), completed by what open clients record. It
is another than that of the official account's messages, where the same numbers differ. Codes nobody explains count as
refused: the provider did answer and did not accept.
"""

from datetime import datetime, time, timedelta

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import AccountProblem, Rejected, SendProblem, Throttled, Unknown, explain
from lantoa.channels.zalo.errors import LOCAL, next_morning

TOKEN_DEAD = frozenset({"-124", "-216", "-220"})
THROTTLED = frozenset({"-32"})
NIGHT = frozenset({"-133"})
IN_DOUBT = frozenset({"-100"})

GONE = {
    "-108": _("the number is not a phone number"),
    "-118": _("this number has no Zalo account"),
    "-139": _("the person does not want messages of this kind"),
    "-141": _("the person refuses messages from this account"),
}
REFUSED = {
    "-110": _("the person's Zalo is too old for template messages"),
    "-111": _("a parameter is not valid"),
    "-112": _("a parameter is not valid"),
    "-114": _("the person is not reachable on Zalo just now"),
    "-119": _("the person's account cannot receive template messages"),
    "-121": _("a parameter is not valid"),
    "-130": _("the value is too long for the template"),
    "-132": _("a parameter is not valid"),
}
DAY_OVER = {
    "-144": _("the account's daily quota is used up"),
    "-147": _("the template's daily quota is used up"),
}
ACCOUNT = {
    "-101": _("the application is not valid"),
    "-102": _("the application does not exist"),
    "-103": _("the application is not activated"),
    "-104": _("the application's secret key is wrong"),
    "-105": _("the application is not linked to an official account"),
    "-109": _("the template does not exist"),
    "-115": _("the account has no money left"),
    "-117": _("the account may not use this template"),
    "-120": _("the account may not send template messages"),
    "-124": _("the access token is refused"),
    "-1241": _("the provider asks for a signed token (appsecret_proof)"),
    "-125": _("the official account does not exist"),
    "-126": _("the account has no money left"),
    "-127": _("a template under test goes to administrators only"),
    "-131": _("the template is not approved yet"),
    "-135": _("the account may not send template messages"),
    "-136": _("the account is not connected to a Zalo Cloud account"),
    "-137": _("the payment failed"),
    "-138": _("the application may not send template messages"),
    "-145": _("the account may not send this kind of content"),
    "-146": _("the template was closed by the provider"),
    "-216": _("the access token is refused"),
    "-220": _("the access token is refused"),
}
"""No to us, not to the person: everything waits until somebody has seen to it, and no message is lost."""


def problem_of(code: str, now: datetime, retry_after: str = "") -> SendProblem:
    """Return what an error code means for one message; ``now`` is any aware moment."""
    if code in THROTTLED:
        seconds = int(retry_after) if retry_after.isdecimal() and len(retry_after) < 6 else 10
        return Throttled(explain(_("too many messages at once"), code=code), after=timedelta(seconds=seconds))
    if code in NIGHT:
        return Throttled(explain(_("no messages between 22:00 and 06:00"), code=code), until=next_morning(now))
    if code in DAY_OVER:
        return Throttled(explain(DAY_OVER[code], code=code), until=_tomorrow(now))
    if code in GONE:
        return Rejected(explain(GONE[code], code=code), suppress=True)
    if code in REFUSED:
        return Rejected(explain(REFUSED[code], code=code))
    if code in ACCOUNT:
        return AccountProblem(explain(ACCOUNT[code], code=code))
    if code in IN_DOUBT or not code.lstrip("-").isdecimal():
        return Unknown(explain(_("no clear answer"), code=code[:20]) if code else _("the answer has no result code"))
    return Rejected(explain(_("refused by Zalo"), code=code))


def _tomorrow(now: datetime) -> datetime:
    local = now.astimezone(LOCAL)
    return datetime.combine(local.date() + timedelta(days=1), time(0), tzinfo=LOCAL)
