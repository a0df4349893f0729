"""Leaflets as everybody may read them: those that were handed out, as long as their words stand approved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from lantoa.agencies.selectors import names_on
from lantoa.approvals import selectors as approvals
from lantoa.kernel import prepared
from lantoa.kernel.clock import today
from lantoa.outreach.enums import BroadcastState
from lantoa.outreach.models import Placement
from lantoa.outreach.placement_enums import PlacementState
from lantoa.outreach.placement_loading import link_of
from lantoa.outreach.texts import public_text

KIND = "leaflet"
NEW = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Leaflet:
    """One leaflet in its approved words: the number of its broadcast, and `sha256` of all that was approved."""

    pk: int
    title: str
    text: str
    language: str
    legal_basis: str
    sha256: str
    handed_out_at: datetime
    source: str = ""
    link: str = ""
    agency_id: int | None = None


def leaflets_in(unit_ids: Iterable[int], *, language: str, at: datetime, n: int) -> list[Leaflet]:
    """The newest leaflets written in a language that were handed out in these units in the last year, the last one
    first; of a message that went out several times, its newest words. One query."""
    rows = prepared.objects(_newest_words, language, tuple(unit_ids), told=(at - NEW,))
    found = [_read(row, language) for row in rows]
    return sorted(found, key=attrgetter("handed_out_at", "pk"), reverse=True)[:n]


def _newest_words(language: str, unit_ids: Sequence[int], since: datetime) -> QuerySet[Placement]:
    rows = _handed_out().filter(unit__in=unit_ids, done_at__gt=since)
    rows = rows.filter(**{f"broadcast__version__content__forms__{language}__has_key": KIND})
    newest = rows.order_by("broadcast__version__message_id", "-broadcast__version__number", "-done_at", "-pk")
    return newest.distinct("broadcast__version__message_id")


def leaflet(pk: int, *, language: str) -> Leaflet | None:
    """The leaflet of this broadcast, with who speaks and where more is to be read; None unless it was handed out."""
    row = _handed_out().filter(broadcast=pk).order_by("done_at").last()
    if row is None:
        return None
    source = names_on([row.broadcast.agency_id], today()).get(row.broadcast.agency_id, "")
    return _read(row, language, source=source, link=link_of(row.broadcast), agency_id=row.broadcast.agency_id)


def _handed_out() -> QuerySet[Placement]:
    """Somebody told how many were handed out, nobody took it back, the broadcast was not stopped, and the words stand
    approved."""
    subject = Concat(Value("outreach.message:"), Cast(OuterRef("broadcast__version__message"), CharField()))
    stands = approvals.in_force().filter(subject=subject, sha256=OuterRef("broadcast__version__sha256"))
    rows = Placement.objects.filter(Exists(stands), kind=KIND, state=PlacementState.DONE)
    return rows.exclude(broadcast__state=BroadcastState.CANCELLED).select_related("broadcast__version__message")


def _read(row: Placement, language: str, **more: Any) -> Leaflet:
    version = row.broadcast.version
    said = public_text(version.content, KIND, language)
    basis = version.content.get("legal_basis", "")
    at = row.done_at or row.broadcast.created_at  # the database lets none be done without its hour
    return Leaflet(row.broadcast_id, said.title, said.text, said.language, basis, version.sha256, at, **more)
