"""From placements to what a placer and a kit get: the approved words, the place, who speaks; read once a batch."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from wagtail.models import Page

from lantoa.agencies.selectors import names_on as agency_names
from lantoa.channels.placing import Placing
from lantoa.outlets.selectors import outlets_by_id, places_of
from lantoa.outreach.models import Broadcast, Placement
from lantoa.outreach.press import facts_of, handed_over, with_bytes
from lantoa.outreach.spread import Spread, priority_of
from lantoa.outreach.texts import public_text


def placings(rows: Sequence[Placement], *, at: datetime) -> dict[int, Placing]:
    """Placement id → what is to be put there. `rows` come with `broadcast__version__message`."""
    day = timezone.localdate(at)
    places = places_of(outlets_by_id(row.outlet_id for row in rows).values(), on=day)
    sources = agency_names({row.broadcast.agency_id for row in rows}, day)
    found, given = {}, _given(rows)
    for row in rows:
        own, spread = row.broadcast, Spread.from_json(row.broadcast.placing)
        written = public_text(own.version.content, row.kind, row.language)
        found[row.pk] = Placing(
            key=row.key, place=places[row.outlet_id], title=written.title, text=written.text,
            language=written.language, sound=written.sound, seconds=written.seconds, link=link_of(own),
            source=sources.get(own.agency_id, ""), legal_basis=own.version.content.get("legal_basis", ""),
            priority=priority_of(own), starts_at=starts_of(row.kind, own, spread), expires_at=own.expires_at,
            about=f"{own.version.message_id}", planned_at=row.starts_at, attempt=max(row.attempts, 1),
            **(given[own.version_id] if handed_over(row.kind) else {}),
        )  # fmt: skip
    return found


def _given(rows: Sequence[Placement]) -> dict[int, dict[str, Any]]:
    """Version → what newsrooms get beside the words, read once for all of them."""
    versions = {row.broadcast.version_id: row.broadcast.version for row in rows if handed_over(row.kind)}
    facts = {pk: facts_of(version.content) for pk, version in versions.items()}
    return {
        pk: {"embargo_until": one.embargo_until, "contact": one.contact, "pictures": with_bytes(one)}
        for pk, one in facts.items()
    }


def starts_of(kind: str, row: Broadcast, spread: Spread) -> datetime | None:
    """From when it may be put there: what we publish ourselves keeps the embargo that newsrooms are asked to keep."""
    until = None if handed_over(kind) else facts_of(row.version.content).embargo_until
    return max((moment for moment in (spread.starts_at, until) if moment), default=None)


def link_of(row: Broadcast) -> str:
    """Where more is to be read: the published page the message came from, if there is one."""
    page_id = row.version.message.page_id
    return _page_address(page_id) if page_id else ""


def _page_address(page_id: int) -> str:
    page = Page.objects.live().filter(pk=page_id).first()
    return (page.full_url or "") if page else ""
