"""Saying by a text that a message was there: "XONG 1K3F7QX2 7:30" from any telephone, on any channel people write on.

The code names one placement and is signed, six letters of 32; whoever has it may say so, and see no more. It closes
with the link. A text with a code that is none, or one that everybody reads, is left to whoever reads what people write.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from asgiref.sync import async_to_sync
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    Outcome,
    Outgoing,
    Rejected,
    Transport,
    Unknown,
    outcome_of,
)
from lantoa.channels.events import TextReceived
from lantoa.channels.placing import Placing, Proof
from lantoa.channels.registry import answering, publics
from lantoa.channels.selectors import ready, transport_for
from lantoa.channels.services import record_health
from lantoa.kernel.clock import local
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.events import emit
from lantoa.kernel.text import fold
from lantoa.outreach.confirm_links import link_for
from lantoa.outreach.events import WordTaken
from lantoa.outreach.models import Placement
from lantoa.outreach.services.placement_ending import grace
from lantoa.outreach.services.placements import SLACK, Shown, confirm

KEYWORD = "XONG"
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Douglas Crockford's: no letter that is taken for a digit."""
_READ_AS = str.maketrans("OIL", "011")
_SIGNS = 6
_WORD = re.compile(rf"\s*(?:{fold(KEYWORD)}|da phat)[\s:,.]+(?P<code>[0-9a-z]{{7,16}})\b(?P<rest>.*)", re.DOTALL)
_HOUR = re.compile(r"\b(?P<hour>[01]?\d|2[0-3]) ?(?:gio|h|g|:)(?: ?(?P<minute>[0-5]\d))?(?!\d)")
_LATE = re.compile(r"\b(?:chieu|toi|dem)\b")
_DAY = re.compile(r"\b(?P<day>\d{1,2})[/-](?P<month>\d{1,2})(?:[/-](?P<year>20\d\d))?\b")
_COUNT = re.compile(r"\b\d{1,7}\b")


class WordNotAnsweredError(Exception):
    """The sender of a word could not be told yet."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a text says: of which code, since when, how many."""

    code: str
    at: datetime
    count: int | None = None


def code_for(row: Placement) -> str:
    """The placement's code, capital letters and digits; nothing personal is in it."""
    return _written(row.pk) + _sign(row)


def with_ways(placing: Placing, row: Placement) -> Placing:
    """The placing as people get it who put it there: with how to say that it was."""
    return replace(placing, confirm_link=link_for(row), confirm_word=f"{KEYWORD} {code_for(row)} 7:30")


def understood(text: str, *, at: datetime) -> Word | None:
    """What a text received at that moment says; None when it is no such text.

    Without an hour it was there when the text came; an hour that is still ahead was yesterday's.
    """
    found = _WORD.fullmatch(fold(text))
    if found is None:
        return None
    rest, here = found["rest"], local(at)
    counted = _COUNT.search(_DAY.sub(" ", _HOUR.sub(" ", rest)))
    code = found["code"].upper().translate(_READ_AS)
    return Word(code, _moment(rest, here) or here, int(counted.group()) if counted else None)


def take(event: TextReceived, at: datetime) -> bool:
    """Keep what a text says of a placement and have its sender told how it went; False when it names none."""
    word = None if answering(event.kind).in_public(event.message_id) else understood(event.text, at=at)
    row = _named(word.code, at) if word else None
    if word is None or row is None:
        return False
    with override("vi"):
        answer = _kept(row, word, at)
    emit(WordTaken(event.account_id, event.kind, event.sender, event.inbound_id, answer))
    return True


def answer(event: WordTaken, *, at: datetime) -> None:
    """Tell the sender how it went, through the account they wrote to; raises WordNotAnsweredError to be tried again."""
    account = ready(event.channel, at=at).filter(pk=event.account_id).first()
    if account is None:
        raise WordNotAnsweredError(f"no {event.channel} account is ready")
    message = Outgoing(key=f"word-{event.inbound_id}", address=event.sender, text=event.answer)
    try:
        outcome = async_to_sync(_send)(transport_for(account), message)
    except AccountProblem as problem:
        outcome = problem
    record_health(account_id=account.pk, outcome=outcome, at=at)
    if not isinstance(outcome, Accepted | Rejected | Unknown):
        raise WordNotAnsweredError(outcome.reason)


async def _send(transport: Transport, message: Outgoing) -> Outcome:
    async with transport:
        return await outcome_of(transport, message)


def _kept(row: Placement, word: Word, at: datetime) -> str:
    kind = publics().get(row.kind)
    count = word.count if kind is not None and kind.capability.proof is Proof.COUNT else None
    shown = Shown(at=word.at, count=count, words=_("Said by a text message."))
    try:
        confirm(placement=row, shown=shown, by=None, at=at)
    except LantoaError as refusal:
        return _("%(place)s: %(why)s") % {"place": row.outlet.name, "why": refusal}
    said = f"{local(word.at):%H:%M %d/%m/%Y}"
    return _("Thank you. Noted: %(place)s, %(at)s.") % {"place": row.outlet.name, "at": said}


def _named(code: str, at: datetime) -> Placement | None:
    number = 0
    for digit in code[:-_SIGNS]:
        if digit not in _DIGITS:
            return None
        number = number * 32 + _DIGITS.index(digit)
    if number >= 2**63:
        return None
    row = Placement.objects.select_related("broadcast__version", "outlet").filter(pk=number).first()
    if row is None or not constant_time_compare(code, code_for(row)):
        return None
    return row if at < row.broadcast.expires_at + grace() else None


def _sign(row: Placement) -> str:
    digest = salted_hmac("outreach.confirm_words", f"{row.pk}-{row.link_serial}", algorithm="sha256").digest()
    return _written(int.from_bytes(digest[:8]) % 32**_SIGNS).rjust(_SIGNS, _DIGITS[0])


def _written(number: int) -> str:
    found = ""
    while number:
        number, digit = divmod(number, 32)
        found = _DIGITS[digit] + found
    return found


def _moment(rest: str, here: datetime) -> datetime | None:
    """The moment meant, on the sender's calendar; None when nothing, or no day of any calendar, is named."""
    hour, day = _HOUR.search(rest), _DAY.search(rest)
    if hour is None and day is None:
        return None
    late = 12 if hour and int(hour["hour"]) < 12 and _LATE.search(rest) else 0
    clock = time(int(hour["hour"]) + late, int(hour["minute"] or 0)) if hour else here.time()
    try:
        named = date(int(day["year"] or here.year), int(day["month"]), int(day["day"])) if day else here.date()
        said = datetime.combine(named, clock, tzinfo=here.tzinfo)
        if said <= here + SLACK or (day and day["year"]):
            return said
        return said.replace(year=said.year - 1) if day else said - timedelta(days=1)
    except ValueError:
        return None
