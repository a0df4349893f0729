"""Kits: write one, put files in, send it to a second person, put it right, withdraw it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from lantoa.approvals import services as approvals
from lantoa.approvals.content import canonical_content, content_hash
from lantoa.approvals.models import Submission
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.clock import today
from lantoa.kernel.models import User
from lantoa.kernel.private_files import keep
from lantoa.newsroom.checks import people
from lantoa.newsroom.models import NewsImage
from lantoa.pressroom.enums import FileKind
from lantoa.pressroom.kit_content import Enclosed, KitPage, KitText
from lantoa.pressroom.kit_files import FOLDER, Taken, document, picture, why_kept_back
from lantoa.pressroom.models import Kit, KitFile, KitVersion
from lantoa.pressroom.rules import WRITE_KITS, PressRefused
from lantoa.pressroom.selectors.kits import ever_out, newest_version

MOST_FILES = 40


@transaction.atomic
def open_kit(*, unit_id: int, text: KitText, by: User, at: datetime, language: str = "vi") -> KitVersion:
    """A new kit of the unit; nobody outside sees it before a second person releases it."""
    require(by, WRITE_KITS, unit_id=unit_id, at=at)
    kit = Kit.objects.create(unit_id=unit_id, language=language, made_by=by, made_at=at)
    return _write(kit, text, by=by, at=at)


@transaction.atomic
def revise_kit(*, kit_id: int, text: KitText, by: User, at: datetime, upon: int | None = None) -> KitVersion:
    """The next version; the same content again is no new version. Of a kit that was released it says why. `upon` is
    the number of the version it was written upon: refused where there is a newer one."""
    kit = _locked(kit_id, by, at)
    if upon is not None and (reason := why_not_upon(newest_version(kit.pk), upon)):
        raise PressRefused(reason)
    return _write(kit, text, by=by, at=at)


@transaction.atomic
def add_document(
    *, kit_id: int, content: bytes, filename: str, title: str, credit: str, by: User, at: datetime, why: str = ""
) -> KitVersion:
    """Put a document into the kit, in a next version; one that is in it already takes this title and credit."""
    kit = _locked(kit_id, by, at)
    return _with(kit, [_keep(kit, document(content, filename), title, credit, by, at)], why, by, at)


@transaction.atomic
def add_pictures(*, kit_id: int, image_ids: Sequence[int], by: User, at: datetime, why: str = "") -> KitVersion:
    """Put pictures of the library into the kit as they are now, with their words and credits: all in one next version,
    or none where one of them may not be given."""
    kit = _locked(kit_id, by, at)
    images = NewsImage.objects.in_bulk(image_ids)
    shown = [images[pk] for pk in image_ids]
    kept = [_keep(kit, picture(one), one.description, one.credit, by, at, image=one) for one in shown]
    return _with(kit, kept, why, by, at)


@transaction.atomic
def send_kit(*, kit_id: int, by: User, at: datetime) -> Submission:
    """Put the newest version before a second person; everybody who wrote on it since the last release is an author."""
    kit = _locked(kit_id, by, at)
    version = newest_version(kit.pk)
    text = KitText.read(version.content)
    if reason := why_not_released(version):
        raise PressRefused(reason)
    if text.embargo_at is not None and text.embargo_at <= at and not ever_out(kit.pk):
        raise PressRefused(_("The embargo is over already. Choose a later moment, or none."))
    released = kit.versions.once_approved().values_list("number", flat=True).first() or 0
    mine = kit.versions.filter(number__gt=released).select_related("written_by")
    for older in Submission.objects.filter(subject__in=[one.subject for one in mine if one.pk != version.pk]).open():
        approvals.close(submission_id=older.pk, by=by, at=at)
    return approvals.submit(
        subject=version.subject, label=text.title, content=json.loads(version.content),
        authors=[one.written_by for one in mine], unit_id=kit.unit_id, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def withdraw_kit(*, kit_id: int, why: str, by: User, at: datetime) -> Kit:
    """Take a kit back for good: its address says that and why, and gives nothing more. Twice is once."""
    kit = Kit.objects.select_for_update(of=("self",)).get(pk=kit_id)
    require(by, WRITE_KITS, unit_id=kit.unit_id, at=at)
    if kit.withdrawn_at is None:
        if not why.strip():
            raise PressRefused(_("Say why it is withdrawn: everybody who comes to its address reads it."))
        kit.withdrawn_at, kit.withdrawn_by, kit.withdrawn_why = at, by, why.strip()[:300]
        kit.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
        waiting = Submission.objects.filter(subject__in=[one.subject for one in kit.versions.all()]).open()
        for one in waiting:
            approvals.close(submission_id=one.pk, by=by, at=at)
        audit.record("pressroom.kit_withdrawn", by=by, at=at, subject=f"pressroom.kit:{kit.pk}")
    return kit


def why_not_released(version: KitVersion) -> str:
    """Why this version cannot go out yet, and what to do; empty when it can."""
    text, kit = KitText.read(version.content), version.kit
    if kit.withdrawn_at is not None:
        return _("This kit is withdrawn. Make a new one.")
    if newest_version(kit.pk).pk != version.pk:
        return _("This is not the newest version. Open the newest one and send that.")
    if not text.contact.words or not (text.contact.phone or text.contact.email):
        return _("Say whom newsrooms may call, with a phone number or an e-mail.")
    if said := people.singles_out([text.title, text.summary, text.text], today()):
        return _("It singles a person out: “%(words)s”. Newsrooms may print it: take it out first.") % {"words": said}
    wanted = {one.id for one in text.pages}
    if Page.objects.live().public().filter(pk__in=wanted).count() != len(wanted):
        return _("A page the kit refers to is not published any more. Take it out or choose another.")
    files = kit.files.select_related("image").filter(pk__in=[one.id for one in text.files])
    return next(filter(None, (why_kept_back(one) for one in files)), "")


def why_not_upon(newest: KitVersion, number: int | None) -> str:
    """Why nothing may be written upon the version of this number, and what to do; empty when it is the newest."""
    if number == newest.number:
        return ""
    return _(
        "%(who)s kept version %(n)s while you wrote, so nothing was kept yet; what you typed stands below. Open the "
        "kit in another tab, bring over what belongs here, then press “Keep the draft” again."
    ) % {"who": newest.written_by, "n": newest.number}


def pages_named(ids: list[int]) -> tuple[KitPage, ...]:
    """The published pages of these numbers, in that order, as a kit refers to them."""
    titles = dict(Page.objects.live().public().filter(pk__in=ids).values_list("pk", "title"))
    return tuple(KitPage(id=pk, title=titles[pk]) for pk in dict.fromkeys(ids) if pk in titles)


def _locked(kit_id: int, by: User, at: datetime) -> Kit:
    kit = Kit.objects.select_for_update(of=("self",)).get(pk=kit_id)
    require(by, WRITE_KITS, unit_id=kit.unit_id, at=at)
    if kit.withdrawn_at is not None:
        raise PressRefused(_("This kit is withdrawn. Make a new one."))
    return kit


def _write(kit: Kit, text: KitText, *, by: User, at: datetime) -> KitVersion:
    last = kit.versions.order_by("-number").first()
    content = canonical_content(text.data())
    if last is not None and last.content == content:
        return last
    if not text.why.strip() and ever_out(kit.pk):
        raise PressRefused(_("This kit was released. Say what is put right: everybody reads it."))
    made: KitVersion = KitVersion.objects.create(
        kit=kit, number=last.number + 1 if last else 1, content=content, sha256=content_hash(text.data()),
        title=text.title, embargo_at=text.embargo_at, why=text.why, written_by=by, written_at=at,
    )  # fmt: skip
    facts = {"version": made.number}
    audit.record("pressroom.kit_written", by=by, at=at, subject=f"pressroom.kit:{kit.pk}", facts=facts)
    return made


def _keep(
    kit: Kit, taken: Taken, title: str, credit: str, by: User, at: datetime, image: NewsImage | None = None
) -> Enclosed:  # fmt: skip
    """The file, kept, as the next version names it; the same bytes again are the same file in the words of now."""
    title, credit = title.strip()[:255], credit.strip()[:160]
    if not credit or not title:
        raise PressRefused(_("Say what the file shows and whose it is: newsrooms print that beside it."))
    marked = sha256(taken.content).hexdigest()
    file = kit.files.filter(sha256=marked).first()
    if file is None:
        suffix = f".{taken.name.rpartition('.')[2]}"
        file = KitFile.objects.create(
            kit=kit, kind=FileKind.PICTURE if image else FileKind.DOCUMENT, image=image, name=taken.name, title=title,
            credit=credit, path=keep(taken.content, folder=FOLDER, suffix=suffix), content_type=taken.content_type,
            small=keep(taken.small, folder=FOLDER, suffix=suffix) if taken.small else "", size=len(taken.content),
            sha256=marked, added_by=by, added_at=at,
        )  # fmt: skip
    return Enclosed(id=file.pk, kind=FileKind(file.kind), name=file.name, title=title, credit=credit,
                    size=file.size, sha256=marked)  # fmt: skip


def _with(kit: Kit, more: Sequence[Enclosed], why: str, by: User, at: datetime) -> KitVersion:
    last = newest_version(kit.pk)
    text = KitText.read(last.content)
    files = tuple({one.id: one for one in (*text.files, *more)}.values())
    if files == text.files:
        return last
    if len(files) > MOST_FILES:
        raise PressRefused(_("%(n)s files are the most. Leave one out first.") % {"n": MOST_FILES})
    return _write(kit, replace(text, files=files, why=why.strip() or _reason_so_far(last, text)), by=by, at=at)


def _reason_so_far(last: KitVersion, text: KitText) -> str:
    """A draft of a correction keeps its reason; a version that was released lends its own to no other."""
    return "" if KitVersion.objects.filter(pk=last.pk).once_approved().exists() else text.why
