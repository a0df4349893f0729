"""Order a piece, accept, deliver, take, hand back, call off: one verb, one transaction, one line of history."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from lantoa.agencies import selectors as agencies
from lantoa.editorial.enums import CLOSED, MOVES, CommissionState
from lantoa.editorial.events import CommissionMoved
from lantoa.editorial.models import Commission, CommissionEvent
from lantoa.editorial.rules import COMMISSION, ORDERERS, PRESS, WRITERS, CommissionError, does_it
from lantoa.kernel import audit
from lantoa.kernel.access import AccessDenied, require
from lantoa.kernel.events import emit
from lantoa.kernel.models import User
from lantoa.kernel.private_files import keep
from lantoa.kernel.text import normalise
from lantoa.newsroom.selectors import writable_pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is ordered, from whom, until when; `value` in đồng, `due_at` aware."""

    title: str
    kind: str
    unit_id: int
    due_at: datetime
    brief: str = ""
    content_line: str = ""
    task_id: int | None = None
    for_post_id: int | None = None
    for_agency_id: int | None = None
    contract_number: str = ""
    value: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What is handed over: a page in draft, a link, or a file with its name; one at least."""

    page_id: int | None = None
    link: str = ""
    file_name: str = ""
    content: bytes = field(default=b"", repr=False)


@transaction.atomic
def order_piece(*, order: Order, by: User, at: datetime) -> Commission:
    """Order a piece from an editor of the house or from a press agency. Raises `CommissionError`."""
    require(by, COMMISSION, unit_id=order.unit_id, at=at)
    if order.due_at <= at:
        raise CommissionError(_("The deadline lies behind us. Choose an hour to come."))
    _check_whom(order, at)
    row = Commission.objects.create(
        title=normalise(order.title).strip()[:200], kind=order.kind, brief=normalise(order.brief).strip(),
        unit_id=order.unit_id, content_line=order.content_line, task_id=order.task_id, for_post_id=order.for_post_id,
        for_agency_id=order.for_agency_id, contract_number=order.contract_number.strip(), value=order.value,
        due_at=order.due_at, ordered_by=by, ordered_at=at, changed_at=at,
    )  # fmt: skip
    _tell(row, by=by, at=at)
    return row


def _check_whom(order: Order, at: datetime) -> None:
    day = timezone.localdate(at)
    if order.for_post_id is not None and order.for_agency_id is None:
        post = agencies.post(order.for_post_id)
        if post is None or day not in post.valid or post.role not in WRITERS:
            raise CommissionError(_("This person holds no writing post today. Choose someone else."))
    elif order.for_agency_id is not None and order.for_post_id is None:
        version = agencies.agency_on(order.for_agency_id, day)
        if version is None or version.kind not in PRESS:
            raise CommissionError(_("This is no press agency of today. Choose another."))
    else:
        raise CommissionError(_("Say from whom: one person of the house, or one press agency."))
    if order.for_post_id is not None and (order.contract_number or order.value is not None):
        raise CommissionError(_("Only a press agency has a contract. Leave number and value empty."))


@transaction.atomic
def accept_commission(*, commission_id: int, by: User, at: datetime, note: str = "") -> Commission:
    """Whom it was ordered from says yes."""
    return _move(commission_id, CommissionState.ACCEPTED, by=by, at=at, note=note)


@transaction.atomic
def deliver_commission(*, commission_id: int, handed: Handed, by: User, at: datetime, note: str = "") -> Commission:
    """Hand the piece over: a page in draft, a link, a file. Raises `CommissionError` when there is nothing."""
    if handed.page_id is None and not handed.link and not handed.content:
        raise CommissionError(_("Hand something over: a page, a link or a file."))
    name = handed.file_name[-200:]
    suffix = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    stored = keep(handed.content, folder="commissions", suffix=suffix) if handed.content else ""
    facts = {"link": handed.link, "file": stored, "file_name": name if stored else ""}
    return _move(commission_id, CommissionState.DELIVERED, by=by, at=at, note=note, page_id=handed.page_id, facts=facts)


@transaction.atomic
def take_commission(
    *, commission_id: int, by: User, at: datetime, page_id: int | None = None, note: str = ""
) -> Commission:
    """Take what was delivered: it is this page now (the delivered one when none is named)."""
    return _move(commission_id, CommissionState.TAKEN, by=by, at=at, note=note, page_id=page_id)


@transaction.atomic
def return_commission(*, commission_id: int, by: User, at: datetime, note: str) -> Commission:
    """Hand it back, saying what must be mended."""
    return _move(commission_id, CommissionState.RETURNED, by=by, at=at, note=note)


@transaction.atomic
def cancel_commission(*, commission_id: int, by: User, at: datetime, note: str) -> Commission:
    """Call it off, saying why."""
    return _move(commission_id, CommissionState.CANCELLED, by=by, at=at, note=note)


@transaction.atomic
def move_deadline(*, commission_id: int, due_at: datetime, by: User, at: datetime, note: str = "") -> Commission:
    """Give another deadline; reminders count from it."""
    row = _locked(commission_id, by=by, at=at)
    require(by, COMMISSION, unit_id=row.unit_id, at=at)
    if row.state in CLOSED:
        raise CommissionError(_("This commission is closed."))
    if due_at <= at:
        raise CommissionError(_("The deadline lies behind us. Choose an hour to come."))
    row.due_at, row.changed_at = due_at, at
    row.save(update_fields=["due_at", "changed_at"])
    last = row.events.order_by("-pk")[0]
    _tell(row, by=by, at=at, note=note, due_at=due_at, page_number=last.page_number, link=last.link, file=last.file,
          file_name=last.file_name)  # fmt: skip
    return row


def _move(
    commission_id: int, to: str, *, by: User, at: datetime, note: str, page_id: int | None = None,
    facts: dict[str, str] | None = None,
) -> Commission:  # fmt: skip
    row = _locked(commission_id, by=by, at=at)
    if to in ORDERERS:
        require(by, COMMISSION, unit_id=row.unit_id, at=at)
    elif not does_it(by, row, at=at):
        raise AccessDenied(_("Only whom it was ordered from does this."))
    if to not in MOVES[row.state]:
        raise CommissionError(
            _("A commission that is “%(state)s” cannot do that.") % {"state": row.get_state_display()}
        )
    if to in (CommissionState.RETURNED, CommissionState.CANCELLED) and not note.strip():
        raise CommissionError(_("Say why, so that others can help."))
    page = _page(row, page_id, by) if to in (CommissionState.DELIVERED, CommissionState.TAKEN) else row.page
    if to == CommissionState.TAKEN and page is None:
        raise CommissionError(_("Say which page it became. Write the page first, if there is none."))
    row.state, row.page, row.changed_at = to, page, at
    row.save(update_fields=["state", "page", "changed_at"])
    _tell(row, by=by, at=at, note=note, page_number=page.pk if page else None, **(facts or {}))
    emit(CommissionMoved(row.pk, to))
    return row


def _page(row: Commission, page_id: int | None, by: User) -> Page | None:
    """The page named, if the person may write it and no other commission has it; else the one there is."""
    if page_id is None:
        return row.page
    page = writable_pages(by).filter(pk=page_id).first()
    if page is None:
        raise CommissionError(_("This page is not there, or not yours to write."))
    if Commission.objects.filter(page=page).exclude(pk=row.pk).exclude(state=CommissionState.CANCELLED).exists():
        raise CommissionError(_("This page came of another commission already."))
    return page


def _locked(commission_id: int, *, by: User, at: datetime) -> Commission:
    seen = Commission.objects.visible_to(by, at=at).filter(pk=commission_id).values("pk")
    rows = Commission.objects.select_for_update(of=("self",)).select_related("page", "for_post")
    row: Commission | None = rows.filter(pk__in=seen).first()
    if row is None:
        raise AccessDenied(_("This commission is not there, or not yours to see."))
    return row


def _tell(row: Commission, *, by: User, at: datetime, note: str = "", **facts: Any) -> None:
    CommissionEvent.objects.create(
        commission=row, state=row.state, note=normalise(note).strip()[:2000], by=by, at=at, **facts
    )
    audit.record(
        "editorial.commission_moved", by=by, at=at, subject=f"editorial.commission:{row.pk}",
        facts={"state": row.state, "due_at": row.due_at.isoformat(), "page": row.page_id},
    )  # fmt: skip
