"""Telling of it: a draft page, or one that is there already; noticing that it is out; who did the same."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.html import escape, linebreaks
from django.utils.translation import gettext as _

from lantoa.exemplars.enums import ExemplarHappening, ExemplarKind, ExemplarState
from lantoa.exemplars.models import Exemplar, ExemplarEvent, Following
from lantoa.exemplars.rules import PROPOSE, TELL, ExemplarRefused
from lantoa.exemplars.selectors import attachable_pages, to_notice
from lantoa.exemplars.services.history import happen, locked, ready_for
from lantoa.kernel.models import User
from lantoa.newsroom import selectors as newsroom_reads
from lantoa.newsroom import services as newsroom
from lantoa.newsroom.enums import SectionKind
from lantoa.territory.selectors import names_on

FIRST_YEAR = 1990


@transaction.atomic
def make_draft(*, exemplar_id: int, title: str, lead: str, by: User, at: datetime) -> Exemplar:
    """Write a draft page of its kind from what was put forward; it goes out through the newsroom's gate."""
    found = _tellable(exemplar_id, by=by, at=at)
    kind = SectionKind(found.kind)
    parent = newsroom_reads.section_of(kind, settings.LANGUAGE_CODE)
    if parent is None:
        raise ExemplarRefused(_("The site has no section for this kind yet. Ask an administrator to set up the site."))
    page = newsroom.write_page(
        newsroom_reads.TYPES[kind], parent=parent, title=title.strip(), lead=lead.strip(), by=by, at=at,
        unit_id=found.unit_id, **_fields(found),
    )  # fmt: skip
    return _told_by(found, page.pk, by=by, at=at)


@transaction.atomic
def attach(*, exemplar_id: int, page_id: int, by: User, at: datetime) -> Exemplar:
    """Say which page tells it; one of its kind that tells of nobody else who was put forward."""
    found = _tellable(exemplar_id, by=by, at=at)
    if not attachable_pages(by, found).filter(pk=page_id).exists():
        raise ExemplarRefused(_("This page is of another kind, tells of somebody else, or is not yours to write."))
    return _told_by(found, page_id, by=by, at=at)


def follow_pages(*, at: datetime, page_id: int | None = None) -> int:
    """Note those whose page (any, or this one) stands before readers now; safe to repeat."""
    noted, waiting = 0, to_notice()
    for pk in (waiting if page_id is None else waiting.filter(page=page_id)).values_list("pk", flat=True):
        with transaction.atomic():
            found = locked(pk)
            if found.state == ExemplarState.VERIFIED and found.page is not None and found.page.live:
                happen(found, ExemplarHappening.TOLD, by=None, at=at)
                noted += 1
    return noted


@transaction.atomic
def take_down(*, exemplar_id: int, by: User, at: datetime) -> ExemplarEvent:
    """The page of somebody who agrees no more leaves the public at once."""
    found = locked(exemplar_id, by=by, right=TELL, at=at)
    if found.state != ExemplarState.WITHDRAWN or found.page is None or not found.page.live:
        raise ExemplarRefused(_("No public page of this waits to be taken down."))
    newsroom.withdraw_page(
        page=found.page, by=by, at=at, reason=_("The person this tells of agrees no more."),
        told=newsroom.NO_LONGER_AGREED,
    )  # fmt: skip
    return happen(found, ExemplarHappening.TAKEN_DOWN, by=by, at=at)


@transaction.atomic
def record_following(
    *, exemplar_id: int, unit_id: int, year: int, households: int, by: User, at: datetime
) -> Following:  # fmt: skip
    """Write how many began to do the same in a commune in a year; written again it is put right, 0 strikes it out. The
    history keeps every figure."""
    found = locked(exemplar_id, by=by, right=PROPOSE, at=at)
    today = timezone.localdate(at)
    if not FIRST_YEAR <= year <= today.year:
        raise ExemplarRefused(
            _("The year lies between %(first)s and this one.") % {"first": FIRST_YEAR}
        )  # fmt: skip
    row, _made = Following.objects.update_or_create(
        exemplar=found, unit_id=unit_id, year=year, defaults={"households": households}
    )
    place = names_on([unit_id], today).get(unit_id, "")
    words = _("%(place)s, %(year)s: %(n)s") % {"place": place, "year": year, "n": households}
    happen(found, ExemplarHappening.FOLLOWED, by=by, at=at, text=words)
    return row


def _tellable(exemplar_id: int, *, by: User, at: datetime) -> Exemplar:
    found = locked(exemplar_id, by=by, right=TELL, at=at)
    ready_for(found, ExemplarHappening.DRAFTED)
    if found.page_id is not None:
        raise ExemplarRefused(_("A page tells it already. Delete that draft first."))
    return found


def _told_by(found: Exemplar, page_id: int, *, by: User, at: datetime) -> Exemplar:
    found.page_id = page_id
    found.save(update_fields=["page"])
    happen(found, ExemplarHappening.DRAFTED, by=by, at=at)
    follow_pages(at=at, page_id=page_id)
    found.refresh_from_db()
    return found


def _fields(found: Exemplar) -> dict[str, Any]:
    told = linebreaks(escape(found.did))
    if found.kind == ExemplarKind.INITIATIVE:
        return {"what": told}
    return {"named_as": found.named_as, "agreed_on": found.agreed_on, "place": found.hamlet, "did": told}
