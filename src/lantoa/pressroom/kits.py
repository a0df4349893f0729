"""Kits for the press: a published page, further ones as facts, their pictures with rights, whom to call; as a zip.

Nothing but what is published now goes in, read anew each time: the words as the press channel hands them out, the
pictures drawn anew (`newsroom.library`), each only where it may be given.
"""

import io
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from wagtail.models import Page

from lantoa.channels.placing import Contact, Picture, Place, Placing
from lantoa.channels.press.kit import PressKit
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.models import User
from lantoa.kernel.text import slugify
from lantoa.newsroom.library import NotGivenError, as_handed_out, given, why_not_given
from lantoa.newsroom.models import NewsImage, ReadingPage
from lantoa.pressroom.models import Kit
from lantoa.pressroom.rules import OFFER, KitRefused

MOST_PICTURES = 30


@transaction.atomic
def offer_kit(*, unit_id: int, page_id: int, facts: Collection[int], contact: Contact, by: User, at: datetime) -> Kit:
    """Offer a published page with further ones as facts. One kit a release stands at a time."""
    require(by, OFFER, unit_id=unit_id, at=at)
    wanted = {page_id, *facts}
    if Page.objects.live().public().filter(pk__in=wanted).count() != len(wanted):
        raise KitRefused(_("Only published pages go into a kit. Have them approved and published first."))
    if not contact.name.strip() or not (contact.phone or contact.email):
        raise KitRefused(_("Say whom the press may call, with a phone number or an e-mail."))
    try:
        with transaction.atomic():
            made = Kit.objects.create(
                unit_id=unit_id, page_id=page_id, contact=contact.name.strip(), phone=contact.phone,
                email=contact.email, made_by=by, made_at=at,
            )  # fmt: skip
    except IntegrityError as error:
        if "kit_once_a_release" not in str(error):
            raise
        raise KitRefused(_("A kit of this release is offered already. Take it back first.")) from error
    made.facts.set(set(facts) - {page_id})
    audit.record("pressroom.kit_offered", by=by, at=at, subject=f"pressroom.kit:{made.pk}")
    return made


@transaction.atomic
def close_kit(*, kit_id: int, by: User, at: datetime) -> Kit:
    """Take a kit back; nobody gets it any more. Twice is once."""
    kit = Kit.objects.select_for_update(of=("self",)).get(pk=kit_id)
    require(by, OFFER, unit_id=kit.unit_id, at=at)
    if kit.closed_at is None:
        kit.closed_at, kit.closed_by = at, by
        kit.save(update_fields=["closed_at", "closed_by"])
        audit.record("pressroom.kit_closed", by=by, at=at, subject=f"pressroom.kit:{kit.pk}")
    return kit


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    content: bytes


def stream(kit: Kit, *, base: str) -> Iterator[bytes]:
    """The zip of an offered kit, piece by piece: one picture in memory at a time. `base` begins every address."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for part in _parts(kit, base):
            entry = zipfile.ZipInfo(part.name, kit.made_at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_STORED if part.name.endswith(".jpg") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, part.content)
            yield pipe.taken()
    yield pipe.taken()


def _parts(kit: Kit, base: str) -> Iterator[_Part]:
    pages = [kit.page.specific, *(page.specific for page in kit.facts.live().public().order_by("pk"))]
    told: list[Picture] = []
    for number, image in enumerate(_pictures(pages), 1):
        content = _drawn(image)
        if content:
            name = f"anh-{number}-{slugify(image.title, 40) or image.pk}.jpg"
            caption, rights = image.description.strip(), image.credit.strip()
            told.append(Picture(name=name, content_type="image/jpeg", content=b"", caption=caption, rights=rights))
            yield _Part(f"anh/{name}", content)
    contact = Contact(name=kit.contact, phone=kit.phone, email=kit.email)
    for number, page in enumerate(pages):
        placing = Placing(
            key=f"kit-{kit.pk}-{page.pk}", place=Place(name="", settings={}), title=page.title, text=_words(page),
            language=page.locale.language_code, link=f"{base}{page.get_url() or ''}", source=_owner(page),
            pictures=() if number else tuple(told), contact=contact,
        )  # fmt: skip
        sheet = PressKit(placing, {})
        stem = f"so-lieu-{number}-{page.slug[:40]}" if number else "thong-cao"
        yield _Part(f"{stem}.txt", sheet.text().encode())
        yield _Part(f"{stem}.docx", sheet.document())
        if not number:
            yield _Part("anh/ghi-cong.txt", _credits(told))


def _pictures(pages: list[Any]) -> list[NewsImage]:
    """The pictures of these pages that may be given, each once."""
    found: dict[int, NewsImage] = {}
    for page in pages:
        for image in page.images() if isinstance(page, ReadingPage) else ():
            if not why_not_given(image):
                found.setdefault(image.pk, image)
    return list(found.values())[:MOST_PICTURES]


def _drawn(image: NewsImage) -> bytes:
    try:
        return as_handed_out(image.pk, given(image).sha256)
    except NotGivenError:
        return b""


def _credits(told: list[Picture]) -> bytes:
    lines = [" · ".join(filter(None, (one.name, one.caption, f"Ảnh: {one.rights}"))) for one in told]
    return ("\n".join(lines or ["Bộ tài liệu này không có ảnh."]) + "\n").encode()


def _words(page: Any) -> str:
    lead = str(getattr(page, "lead", "")).strip()
    return f"{lead}\n\n{strip_tags(page.all_words()).strip()}" if isinstance(page, ReadingPage) else lead


def _owner(page: Any) -> str:
    return page.owner_name() if isinstance(page, ReadingPage) else ""


class _Pipe(io.RawIOBase):
    """A file that can only be written on, and is emptied by whoever sends it."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        found = bytes(self._waiting)
        self._waiting.clear()
        return found
