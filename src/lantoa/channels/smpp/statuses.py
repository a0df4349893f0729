"""What a `command_status` other than 0 means (SMPP v3.4, section 5.1.3).

Centres add codes of their own from 0x400 on, which no document tells us: the account's settings `account_codes` and
`throttle_codes` say which of them speak of the account and which ask for patience. Any other is a refusal of the
message: it was read and not taken.
"""

import re
from collections.abc import Collection
from datetime import timedelta

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import AccountProblem, Rejected, Retry, SendProblem, Throttled, explain

THROTTLED = {0x14: _("the centre's queue is full"), 0x58: _("too many messages at once")}
LATER = {
    0x04: _("the connection is not bound"),
    0x08: _("the centre has a fault"),
    0x45: _("the centre could not take the message"),
    0xFF: _("the centre gives no reason"),
}
DEAD_ADDRESS = {0x0B: _("the number is not a phone number")}
REFUSED = {0x01: _("the text is too long"), 0xFE: _("the network could not deliver it")}
ACCOUNT = {
    0x03: _("the centre does not know this command"),
    0x0A: _("the brand name is refused"),
    0x0D: _("the centre refuses the connection"),
    0x0E: _("the password is wrong"),
    0x0F: _("the user name is wrong"),
    0x43: _("the centre refuses long texts in this form"),
    0x48: _("the brand name is refused"),
    0x49: _("the brand name is refused"),
    0x50: _("the centre refuses this form of numbers"),
    0x51: _("the centre refuses this form of numbers"),
    0x53: _("the type of system is wrong"),
}
_CODE = re.compile(r"0x([0-9a-f]{1,8})|([0-9]{1,10})", re.IGNORECASE)


def codes(written: str) -> frozenset[int]:
    """Return the codes of a list such as ``0x404, 1025``."""
    return frozenset(int(hexa, 16) if hexa else int(plain) for hexa, plain in _CODE.findall(written))


def problem_of(status: int, *, account: Collection[int] = (), throttled: Collection[int] = ()) -> SendProblem:
    """Return what a refusal of one message means."""
    code = f"0x{status:02X}"
    if status in account or status in ACCOUNT:
        return AccountProblem(explain(ACCOUNT.get(status, _("the centre refuses the account")), code=code))
    if status in throttled or status in THROTTLED:
        return Throttled(explain(THROTTLED.get(status, _("too many messages at once")), code=code))
    if status in LATER:
        return Retry(explain(LATER[status], code=code))
    if status in DEAD_ADDRESS:
        return Rejected(explain(DEAD_ADDRESS[status], code=code), suppress=True)
    return Rejected(explain(REFUSED.get(status, _("refused by the centre")), code=code))


def bind_problem(status: int, *, account: Collection[int] = ()) -> SendProblem:
    """Return why a centre does not let us in; another connection of ours that it still holds passes."""
    code = f"0x{status:02X}"
    if status == 0x05:
        return Retry(explain(_("the centre still holds an earlier connection"), code=code), after=timedelta(seconds=30))
    if status in account or status in ACCOUNT:
        return problem_of(status, account=account)
    if status in THROTTLED:
        return problem_of(status)
    return Retry(explain(_("the centre refuses the connection"), code=code), after=timedelta(seconds=30))
