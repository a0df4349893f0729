"""Lists handed in on the desk: first tried, then confirmed or given up."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User
from lantoa.kernel.tables import read_table
from lantoa.territory import rules
from lantoa.territory.enums import RunKind
from lantoa.territory.models import ListDraft
from lantoa.territory.services.designations import import_designations
from lantoa.territory.services.hamlets import import_hamlets
from lantoa.territory.services.listing import Listing

KEPT_FOR = timedelta(days=7)
IMPORTS = {RunKind.HAMLETS: import_hamlets, RunKind.DESIGNATIONS: import_designations}


class NoSuchDraft(LantoaError):
    """The list was taken in, given up or handed in by someone else."""


@transaction.atomic
def hand_in(
    *, kind: RunKind, content: bytes, file_name: str, province_id: int, on: date, by: User, at: datetime
) -> ListDraft:
    """Keep a list until it is confirmed (at most a week). Raises `UnreadableTable` before anything is kept."""
    require(by, rules.CHANGE_UNITS, at=at)
    read_table(content, file_name)
    ListDraft.objects.filter(at__lt=at - KEPT_FOR).delete()
    return ListDraft.objects.create(
        kind=kind, content=content, file_name=file_name[:200], province_id=province_id, on=on, by=by, at=at
    )


def try_draft(*, draft_id: int, by: User, at: datetime) -> tuple[ListDraft, Listing]:
    """What the list would bring; nothing changes."""
    draft = _mine(draft_id, by)
    return draft, _run(draft, by, at, dry_run=True)


@transaction.atomic
def confirm_draft(*, draft_id: int, by: User, at: datetime) -> Listing:
    """Take the list in; the draft is gone, the run stays on record."""
    draft = _mine(draft_id, by)
    listing = _run(draft, by, at, dry_run=False)
    draft.delete()
    return listing


def give_up_draft(*, draft_id: int, by: User) -> None:
    """Forget the list."""
    _mine(draft_id, by).delete()


def _mine(draft_id: int, by: User) -> ListDraft:
    draft = ListDraft.objects.filter(pk=draft_id, by=by).first()
    if draft is None:
        raise NoSuchDraft(_("This list is no longer waiting: it was taken in or given up. Hand it in again."))
    return draft


def _run(draft: ListDraft, by: User, at: datetime, *, dry_run: bool) -> Listing:
    return IMPORTS[RunKind(draft.kind)](
        content=bytes(draft.content), filename=draft.file_name, province_id=draft.province_id, on=draft.on, by=by,
        at=at, dry_run=dry_run,
    )  # fmt: skip
