"""Journalists: apply, confirm, enter by a link, leave; staff accept, refuse, end. Nothing tells who is known."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.audience.addresses import digest, normalise
from lantoa.audience.services import keep_contact
from lantoa.channels.sealing import seal, unseal
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.events import emit
from lantoa.kernel.models import User
from lantoa.pressroom.enums import JOURNALIST_MOVES, JournalistHappening, JournalistState, LinkKind
from lantoa.pressroom.events import PressLetterWanted, PressLinkWanted
from lantoa.pressroom.models import (
    Journalist,
    JournalistEvent,
    KitFile,
    KitSeen,
    KitVersion,
    PressLetter,
    PressLink,
    PressSession,
)
from lantoa.pressroom.models.journalists import STANDING
from lantoa.pressroom.rules import ADMIT, LinkBroken, PressRefused
from lantoa.pressroom.selectors.journalists import cookie_digest, of_person
from lantoa.territory import selectors as territory

CONFIRM_WITHIN = timedelta(hours=48)
ENTER_WITHIN = timedelta(minutes=15)
SESSION = timedelta(hours=12)
LINKS_A_DAY = 8
"""Links one address gets within 24 hours, so that nobody floods another with them."""
LONGEST = timedelta(days=2 * 366)
"""Access is looked at again after this at the latest."""
_SIGNER = Signer(salt="lantoa.pressroom.link")


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What somebody who registers tells."""

    name: str
    outlet: str
    email: str
    card: str = ""


@transaction.atomic
def apply(*, told: Application, language: str, at: datetime) -> None:
    """Have a link sent to the address: to confirm it, or to enter where it is registered already. The caller learns
    nothing of which. Raises `BadAddressError`."""
    value = normalise("email", told.email)
    if (known := _registered(value, at)) is not None:
        _send(LinkKind.ENTER, value, language, at, journalist=known)
        return
    typed = seal({"name": told.name.strip()[:160], "outlet": told.outlet.strip()[:160], "card": told.card.strip()[:60],
                  "email": value})  # fmt: skip
    _send(LinkKind.CONFIRM, value, language, at, typed=typed)


@transaction.atomic
def ask_to_enter(*, email: str, language: str, at: datetime) -> None:
    """Have a link sent by which the journalist of this address enters; to an address without access nothing goes, and
    the caller learns nothing of that. Raises `BadAddressError`."""
    value = normalise("email", email)
    if (known := _registered(value, at)) is not None:
        _send(LinkKind.ENTER, value, language, at, journalist=known)


@transaction.atomic
def confirm(token: str, *, at: datetime) -> Journalist:
    """Put the application before staff: whoever pressed reads at that address. The link works once; a second
    application of an address that waits is the first. Raises `LinkBroken`."""
    link = _taken(token, LinkKind.CONFIRM, at)
    typed = unseal(link.typed)
    link.typed, link.used_at = b"", at
    link.save(update_fields=["typed", "used_at"])
    root = territory.province(settings.LANTOA_PROVINCE_CODE, on=timezone.localdate(at))
    known = keep_contact(channel="email", value=typed["email"], name=typed["name"], unit_id=root.pk,
                         language=link.language, at=at)  # fmt: skip
    standing = Journalist.objects.filter(address=known.address_id, state__in=STANDING).first()
    if standing is not None and not _is_over(standing, at):
        return standing
    if standing is not None:
        happen(standing, JournalistHappening.ENDED, by=None, at=at, text=_("The last day of access is over."))
    made = Journalist.objects.create(
        unit_id=root.pk, person_id=known.person_id, address_id=known.address_id, outlet=typed["outlet"],
        details=seal({"name": typed["name"], "card": typed["card"]}), language=link.language, asked_at=at,
    )  # fmt: skip
    happen(made, JournalistHappening.ASKED, by=None, at=at)
    return made


@transaction.atomic
def enter(token: str, *, at: datetime) -> str:
    """Begin a session of twelve hours and return its cookie. The link works once. Raises `LinkBroken`."""
    link = _taken(token, LinkKind.ENTER, at)
    journalist = Journalist.objects.with_access(at).filter(pk=link.journalist_id or 0).first()
    if journalist is None:
        raise LinkBroken(broken())
    link.used_at = at
    link.save(update_fields=["used_at"])
    cookie = secrets.token_urlsafe(32)
    PressSession.objects.create(journalist=journalist, digest=cookie_digest(cookie), began_at=at,
                                ends_at=at + SESSION)  # fmt: skip
    return cookie


@transaction.atomic
def leave(token: str, *, at: datetime) -> None:
    """End the session of this cookie."""
    PressSession.objects.filter(digest=cookie_digest(token), ended_at=None).update(ended_at=at)


def read_link(token: str, kind: LinkKind, *, at: datetime) -> PressLink:
    """The link before its button is pressed; raises `LinkBroken`."""
    return _read(token, kind, at)


def link_token(link: PressLink) -> str:
    """The signed part of a link."""
    return _SIGNER.sign(link.public_id.hex)


@transaction.atomic
def accept(*, journalist_id: int, until: date, by: User, at: datetime) -> JournalistEvent:
    """Give access until the end of a day, at most two years away; again to prolong it."""
    row = _locked(journalist_id, by, at)
    today = timezone.localdate(at)
    if not today <= until <= today + LONGEST:
        raise PressRefused(_("Choose a last day between today and two years from now."))
    return happen(row, JournalistHappening.ACCEPTED, by=by, at=at, until=until)


@transaction.atomic
def refuse(*, journalist_id: int, why: str, by: User, at: datetime) -> JournalistEvent:
    """Refuse; the journalist reads exactly these words."""
    return happen(_locked(journalist_id, by, at), JournalistHappening.REFUSED, by=by, at=at, text=_said(why))


@transaction.atomic
def end_access(*, journalist_id: int, why: str, by: User, at: datetime) -> JournalistEvent:
    """End access at once, on every device; the journalist reads exactly these words."""
    return happen(_locked(journalist_id, by, at), JournalistHappening.ENDED, by=by, at=at, text=_said(why))


@transaction.atomic
def read_details(*, journalist: Journalist, by: User, at: datetime) -> None:
    """Leave on record that a member of staff read who a journalist is."""
    require(by, ADMIT, unit_id=journalist.unit_id, at=at)
    audit.record("pressroom.journalist_read", by=by, at=at, subject=f"pressroom.journalist:{journalist.pk}")


def note_seen(
    *, journalist: Journalist, version: KitVersion, at: datetime, file: KitFile | None = None, small: bool = False
) -> None:
    """Leave on record that a journalist opened a kit, or took a file of it, while its embargo stood. `small` pictures
    belong to the page: they are noted where that journalist has no line for the version on that day yet."""
    if not version.is_embargoed(at):
        return
    today = KitSeen.objects.filter(journalist=journalist, version=version, at__date=timezone.localdate(at))
    if not (small and today.exists()):
        KitSeen.objects.create(journalist=journalist, version=version, file=file, at=at)


@transaction.atomic
def drop_person(*, person_id: int, at: datetime) -> None:
    """An erased person's access ends, and what was told of them goes; safe to repeat."""
    for row in of_person(person_id):
        if row.state in STANDING:
            happen(row, JournalistHappening.ENDED, by=None, at=at, text=_("Personal data erased."))
        Journalist.objects.filter(pk=row.pk).update(details=b"", person=None, address=None)


@transaction.atomic
def forget(*, at: datetime) -> None:
    """Drop links and sessions that are over, and who it was of registrations that ended
    `LANTOA_PRESS_KEEP_DAYS` ago."""
    PressLink.objects.filter(expires_at__lte=at - timedelta(days=1)).delete()
    PressSession.objects.filter(ends_at__lte=at - timedelta(days=30)).delete()
    since = at - timedelta(days=settings.LANTOA_PRESS_KEEP_DAYS)
    for row in Journalist.objects.with_end_before(since):
        if row.state in STANDING:
            happen(row, JournalistHappening.ENDED, by=None, at=at, text=_("The last day of access is over."))
        Journalist.objects.filter(pk=row.pk).update(details=b"", person=None, address=None)


def happen(
    row: Journalist, happening: JournalistHappening, *, by: User | None, at: datetime, text: str = "",
    until: date | None = None,
) -> JournalistEvent:  # fmt: skip
    """Write what happened to a registration, if its state allows; ended or refused, every session ends."""
    if happening != JournalistHappening.ASKED and happening not in JOURNALIST_MOVES[JournalistState(row.state)]:
        raise PressRefused(
            _("The registration is “%(state)s”: this step is not open. Reload the page to see what happened.")
            % {"state": JournalistState(row.state).label}
        )
    event = JournalistEvent.objects.create(
        journalist=row, happening=happening, at=at, by=by, text=text[:600], access_until=until
    )
    row.refresh_from_db(fields=["state", "access_until", "settled_at"])
    if happening in (JournalistHappening.ENDED, JournalistHappening.REFUSED):
        PressSession.objects.filter(journalist=row, ended_at=None).update(ended_at=at)
    audit.record(f"pressroom.journalist_{happening}", by=by, at=at, subject=f"pressroom.journalist:{row.pk}")
    if by is not None and row.address_id is not None:
        letter = PressLetter.objects.create(journalist_event=event, changed_at=at)
        emit(PressLetterWanted(letter.pk))
    return event


def broken() -> str:
    """Why a link does not work."""
    return _("This link is not whole, was used already, or its time is over.")


def _registered(value: str, at: datetime) -> Journalist | None:
    found = Journalist.objects.with_access(at).filter(
        address__channel="email", address__digest=digest("email", value), address__erased_at=None
    )
    return found.order_by("-pk").first()


def _send(kind: LinkKind, value: str, language: str, at: datetime, *, typed: bytes = b"",
          journalist: Journalist | None = None) -> None:  # fmt: skip
    """Keep a link and have it sent, unless the address got enough of them today."""
    marked = digest("email", value)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [marked])
    if PressLink.objects.filter(digest=marked, made_at__gt=at - timedelta(days=1)).count() >= LINKS_A_DAY:
        return
    within = ENTER_WITHIN if kind == LinkKind.ENTER else CONFIRM_WITHIN
    link = PressLink.objects.create(kind=kind, digest=marked, typed=typed, journalist=journalist, language=language,
                                    made_at=at, expires_at=at + within)  # fmt: skip
    emit(PressLinkWanted(link.pk))


def _read(token: str, kind: LinkKind, at: datetime, *, lock: bool = False) -> PressLink:
    rows = PressLink.objects.select_for_update() if lock else PressLink.objects.all()
    try:
        return rows.get(public_id=UUID(_SIGNER.unsign(token)), kind=kind, used_at=None, made_at__lte=at,
                        expires_at__gt=at)  # fmt: skip
    except (BadSignature, ValueError, PressLink.DoesNotExist):
        raise LinkBroken(broken()) from None


def _taken(token: str, kind: LinkKind, at: datetime) -> PressLink:
    return _read(token, kind, at, lock=True)


def _is_over(row: Journalist, at: datetime) -> bool:
    return row.access_until is not None and row.access_until < timezone.localdate(at)


def _locked(journalist_id: int, by: User, at: datetime) -> Journalist:
    row = Journalist.objects.select_for_update(of=("self",)).get(pk=journalist_id)
    require(by, ADMIT, unit_id=row.unit_id, at=at)
    return row


def _said(text: str) -> str:
    if not text.strip():
        raise PressRefused(_("Say why: the journalist reads it."))
    return text.strip()
