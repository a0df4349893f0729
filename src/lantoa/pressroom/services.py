"""Clippings: enter one, strike one out, bring in a list of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.models import User
from lantoa.kernel.text import fold
from lantoa.newsroom.enums import Programme
from lantoa.pressroom.enums import EnteredBy, Medium
from lantoa.pressroom.models import Clipping
from lantoa.pressroom.rules import ENTER, ClippingRefused

ONCE = "clipping_once"
"""The constraint that holds doubles off."""
COUNTERS = ("utm_", "fbclid", "zarsrc")
"""What addresses carry to count readers; it names no other piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a clipping says; minutes only on air. `page_id` is the page of ours it was made from."""

    medium: Medium
    outlet_name: str
    title: str
    told_on: date
    told_at: time | None = None
    minutes: Decimal | None = None
    link: str = ""
    programmes: Sequence[Programme] = ()
    content_line: str = ""
    page_id: int | None = None


def same_piece(facts: Facts) -> str:
    """What makes two entries of a day one piece: the link without what only counts readers, else outlet, hour, title.

    A SHA-256 in lower-case hex.
    """
    if facts.link:
        parts = urlsplit(facts.link)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
        kept = [one for one in parse_qsl(parts.query) if not one[0].startswith(COUNTERS)]
        piece = urlunsplit(("", host, parts.path.rstrip("/"), urlencode(sorted(kept)), ""))
    else:
        piece = "\x1f".join([facts.medium, fold(facts.outlet_name), fold(facts.title), str(facts.told_at or "")])
    return sha256(piece.encode()).hexdigest()


@transaction.atomic
def enter_clipping(*, unit_id: int, facts: Facts, by: User, at: datetime) -> Clipping:
    """Enter one piece; the same link, or the same title of an outlet, twice on a day is refused."""
    require(by, ENTER, unit_id=unit_id, at=at)
    if facts.told_on > timezone.localdate(at):
        raise ClippingRefused(not_come_yet())
    made = _clipping(facts, unit_id, EnteredBy.STAFF, by, at)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if ONCE not in str(error):
            raise
        raise ClippingRefused(entered_already(facts)) from error
    audit.record("pressroom.clipping_entered", by=by, at=at, subject=f"pressroom.clipping:{made.pk}")
    return made


@transaction.atomic
def enter_list(*, unit_id: int, pieces: Sequence[Facts], by: User, at: datetime) -> list[int]:
    """Enter all of these, or, where some are on record for their day or twice in the list, none: returns the places of
    those, from 0. Four queries, however many."""
    require(by, ENTER, unit_id=unit_id, at=at)
    keys = [(same_piece(facts), facts.told_on) for facts in pieces]
    standing = Clipping.objects.standing().filter(same__in={same for same, _day in keys})
    seen, doubles = set(standing.values_list("same", "told_on")), []
    for place, key in enumerate(keys):
        if key in seen:
            doubles.append(place)
        seen.add(key)
    if not doubles and pieces:
        _keep([_clipping(facts, unit_id, EnteredBy.LIST, by, at) for facts in pieces])
        audit.record(
            "pressroom.list_entered", by=by, at=at, subject=f"territory.unit:{unit_id}", facts={"n": len(keys)}
        )
    return doubles


def _keep(rows: list[Clipping]) -> None:
    try:
        with transaction.atomic():
            Clipping.objects.bulk_create(rows)
    except IntegrityError as error:
        if ONCE not in str(error):
            raise
        raise ClippingRefused(_("Somebody entered a piece of this list just now. Choose the file again.")) from error


def _clipping(facts: Facts, unit_id: int, entered_as: EnteredBy, by: User, at: datetime) -> Clipping:
    values = {name: getattr(facts, name) for name in Facts.__dataclass_fields__} | {
        "programmes": list(facts.programmes)
    }
    same = same_piece(facts)
    return Clipping(**values, unit_id=unit_id, same=same, entered_as=entered_as, entered_by=by, entered_at=at)


def not_come_yet() -> str:
    """Why a day ahead is refused."""
    return _("This day has not come yet. Check the day.")


def entered_already(facts: Facts) -> str:
    """Why a double is refused."""
    words = {"title": facts.title, "outlet": facts.outlet_name}
    return _("“%(title)s” of %(outlet)s is entered for that day already.") % words


@transaction.atomic
def strike_clipping(*, clipping_id: int, why: str, by: User, at: datetime) -> Clipping:
    """Strike a wrong entry out: it stays to be seen, counts no more, and may be entered anew. Twice is once."""
    row = Clipping.objects.select_for_update(of=("self",)).get(pk=clipping_id)
    require(by, ENTER, unit_id=row.unit_id, at=at)
    if row.struck_at is None:
        if not why.strip():
            raise ClippingRefused(_("Say why it is struck out: the reason stays on record."))
        row.struck_at, row.struck_by, row.struck_why = at, by, why.strip()[:300]
        row.save(update_fields=["struck_at", "struck_by", "struck_why"])
        audit.record("pressroom.clipping_struck", by=by, at=at, subject=f"pressroom.clipping:{row.pk}")
    return row
