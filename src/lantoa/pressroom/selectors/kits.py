"""Kits as staff, journalists and everybody may read them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from lantoa.approvals.enums import Verdict
from lantoa.approvals.models import Decision
from lantoa.channels.models import ChannelAccount
from lantoa.kernel.access import Person
from lantoa.pressroom.enums import FileKind, KitState
from lantoa.pressroom.kit_content import Enclosed, KitText
from lantoa.pressroom.kit_files import why_kept_back
from lantoa.pressroom.models import Kit, KitFile, KitVersion
from lantoa.pressroom.models.kits import subject_of


@dataclass(frozen=True, slots=True)
class Read:
    """A kit as somebody reads it: the version, what it says, when it was released, and what was put right before."""

    version: KitVersion
    text: KitText
    released_at: datetime
    files: tuple[Enclosed, ...]
    corrections: tuple[KitVersion, ...] = ()

    @property
    def pictures(self) -> list[Enclosed]:
        """The pictures that may be given, the first of them the cover."""
        return [one for one in self.files if one.kind == FileKind.PICTURE]

    @property
    def documents(self) -> list[Enclosed]:
        """What is not a picture."""
        return [one for one in self.files if one.kind != FileKind.PICTURE]

    @property
    def cover(self) -> Enclosed | None:
        """The picture at its head."""
        return next(iter(self.pictures), None)


def _released(rows: Any) -> Any:
    said = Decision.objects.filter(
        verdict=Verdict.APPROVED, submission__subject=subject_of("pk"), submission__sha256=OuterRef("sha256")
    )
    return rows.select_related("kit").annotate(released_at=Subquery(said.order_by("-at").values("at")[:1]))


def kits_out(at: datetime) -> QuerySet[KitVersion]:
    """What everybody may read at that moment, the newest first."""
    rows: QuerySet[KitVersion] = _released(KitVersion.objects.out(at)).order_by("-released_at", "-pk")
    return rows


def kits_for_journalists() -> QuerySet[KitVersion]:
    """What registered journalists may read, embargoed ones included, the newest first."""
    rows: QuerySet[KitVersion] = _released(KitVersion.objects.standing()).order_by("-released_at", "-pk")
    return rows


def as_read(rows: Iterable[KitVersion]) -> list[Read]:
    """These versions with what they say; their corrections are left out. One query for the pictures' rights."""
    found = [(row, KitText.read(row.content)) for row in rows]
    asked = KitFile.objects.filter(pk__in=[one.id for _row, text in found for one in text.files], kind=FileKind.PICTURE)
    shut = {file.pk for file in asked.select_related("image") if why_kept_back(file)}
    return [
        Read(row, text, row.released_at, tuple(one for one in text.files if one.id not in shut))  # type: ignore[attr-defined]
        for row, text in found
    ]


def read_kit(rows: QuerySet[KitVersion], kit_id: int) -> Read | None:
    """One kit of these, with its corrections so far, the newest first; three queries."""
    row = rows.filter(kit=kit_id).first()
    if row is None:
        return None
    older = _released(KitVersion.objects.filter(kit=kit_id, number__lte=row.number).exclude(why="").once_approved())
    (shown,) = as_read([row])
    return replace(shown, corrections=tuple(older.order_by("-number")))


def was_out(kit_id: int, at: datetime, *, embargoed: bool) -> Kit | None:
    """A withdrawn kit that was read before: by everybody, or (`embargoed`) by journalists."""
    kit = Kit.objects.filter(pk=kit_id, withdrawn_at__isnull=False).first()
    if kit is None:
        return None
    free = Q() if embargoed else Q(embargo_at=None) | Q(embargo_at__lte=kit.withdrawn_at)
    return kit if kit.versions.filter(free).once_approved().exists() else None


def file_of(read: Read, file_id: int) -> KitFile | None:
    """A file that this version encloses, its very bytes."""
    one = next((file for file in read.text.files if file.id == file_id), None)
    if one is None:
        return None
    return KitFile.objects.select_related("image").filter(pk=one.id, kit=read.version.kit_id, sha256=one.sha256).first()


def kits(user: Person) -> Any:
    """The kits a person may see, the newest first, each with its newest title, embargo and `state`. One query."""
    newest = KitVersion.objects.filter(kit=OuterRef("pk")).order_by("-number")
    returned = Decision.objects.filter(
        verdict=Verdict.RETURNED, submission__subject=subject_of("pk"), submission__sha256=OuterRef("sha256")
    )
    rows = Kit.objects.visible_to(user).select_related("made_by")
    return rows.annotate(
        title=Subquery(newest.values("title")[:1]), embargo_at=Subquery(newest.values("embargo_at")[:1]),
        number=Subquery(newest.values("number")[:1]), written_at=Subquery(newest.values("written_at")[:1]),
        sent=Exists(_newest(KitVersion.objects.waiting())),
        released=Exists(_newest(KitVersion.objects.approved())),
        ever=Exists(KitVersion.objects.filter(kit=OuterRef("pk")).once_approved()),
        returned=Exists(_newest(KitVersion.objects.filter(Exists(returned)))),
    )  # fmt: skip


def _newest(rows: Any) -> Any:
    later = KitVersion.objects.filter(kit=OuterRef("kit"), number__gt=OuterRef("number"))
    return rows.filter(~Exists(later), kit=OuterRef("pk"))


def state_of(kit: Any, at: datetime) -> KitState:
    """Where a kit of `kits` stands."""
    if kit.withdrawn_at is not None:
        return KitState.WITHDRAWN
    if kit.sent:
        return KitState.SENT
    if kit.released:
        return KitState.EMBARGOED if kit.embargo_at and kit.embargo_at > at else KitState.OUT
    return KitState.RETURNED if kit.returned else KitState.DRAFT


def newest_version(kit_id: int) -> KitVersion:
    """The version written last."""
    rows = KitVersion.objects.select_related("kit", "written_by").filter(kit=kit_id)
    found: KitVersion = rows.order_by("-number")[:1].get()
    return found


def ever_out(kit_id: int) -> bool:
    """Whether a version of the kit was ever released: then every change is a correction."""
    return bool(KitVersion.objects.filter(kit=kit_id).once_approved().exists())


@dataclass(frozen=True, slots=True)
class PressDesk:
    """Whom journalists call and write to, as the press account says; parts may be empty."""

    name: str
    phone: str
    email: str


def press_desk() -> PressDesk | None:
    """The contact of the press account in use; None where no account names one."""
    said = ChannelAccount.objects.filter(kind="press", enabled=True).order_by("pk").values_list("settings", flat=True)
    for one in said:
        if one.get("contact"):
            return PressDesk(one["contact"], one.get("contact_phone", ""), one.get("contact_email", ""))
    return None
