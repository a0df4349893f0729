"""Triggers: a policy page that comes out becomes a draft for an audience; a moment ahead gives reminders, each once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from lantoa.kernel import audit
from lantoa.kernel.access import allowed, require
from lantoa.kernel.clock import local
from lantoa.kernel.models import User
from lantoa.kernel.text import fold
from lantoa.newsroom.selectors import policies
from lantoa.outreach.models import Broadcast, Message, Reminder, Trigger, TriggerOccasion
from lantoa.outreach.page_text import text_of_page
from lantoa.outreach.rules import PREPARE, RELEASE, WRITE
from lantoa.outreach.selectors.series import approved_version, reminders
from lantoa.outreach.series_enums import Lack, TriggerKind
from lantoa.outreach.services.broadcasts import CannotChangeError, Plan, prepare
from lantoa.outreach.services.issues import attach_text, end, postpone, record
from lantoa.outreach.services.messages import Draft, Form, create_message, save_message
from lantoa.outreach.texts import nfc

DAYS_TO_TRY = timedelta(days=3)
"""How long a broadcast of a page's message is tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a trigger is: what sets it off, for whom, over which channels; `before` in minutes."""

    name: str
    kind: str
    segment_id: int
    channels: list[str]
    purpose: str
    audience: str = ""
    before: list[int] = field(default_factory=list)
    template_id: int | None = None


@transaction.atomic
def create_trigger(*, terms: Terms, agency_id: int, unit_id: int, by: User, at: datetime) -> Trigger:
    """Set up a trigger; it stands still until it is started."""
    require(by, PREPARE, unit_id=unit_id, at=at)
    row = Trigger.objects.create(
        name=terms.name, kind=terms.kind, segment_id=terms.segment_id, channels=terms.channels, purpose=terms.purpose,
        audience=terms.audience, before=sorted(set(terms.before), reverse=True), template_id=terms.template_id,
        agency_id=agency_id, unit_id=unit_id, created_by=by, created_at=at,
    )  # fmt: skip
    _record("created", row, by=by, at=at)
    return row


@transaction.atomic
def start_trigger(*, trigger: Trigger, by: User, at: datetime) -> Trigger:
    """Let it act in one's own name: reminders go out for who may send, drafts are written for who may write."""
    row = Trigger.objects.select_for_update(no_key=True).get(pk=trigger.pk)
    require(by, RELEASE if row.kind == TriggerKind.MOMENT else WRITE, unit_id=row.unit_id, at=at)
    row.active, row.scheduled_by, row.scheduled_at = True, by, at
    row.save(update_fields=["active", "scheduled_by", "scheduled_at"])
    _record("started", row, by=by, at=at)
    for one in reminders().filter(occasion__trigger=row).open().select_for_update(of=("self",)):
        one.scheduled_by = by
        one.save(update_fields=["scheduled_by"])
    return row


@transaction.atomic
def pause_trigger(*, trigger: Trigger, by: User, at: datetime) -> Trigger:
    """Stand still: nothing is drafted, no reminder goes out."""
    row = Trigger.objects.select_for_update(no_key=True).get(pk=trigger.pk)
    require(by, PREPARE, unit_id=row.unit_id, at=at)
    row.active = False
    row.save(update_fields=["active"])
    _record("paused", row, by=by, at=at)
    return row


def notice_pages(*, at: datetime) -> None:
    """Give every running trigger its drafts for the pages that came out since it was started; each version once."""
    for trigger in Trigger.objects.filter(kind=TriggerKind.PAGE, active=True).select_related("scheduled_by"):
        out = policies(trigger.audience, language="vi").filter(last_published_at__gte=trigger.scheduled_at)
        seen = set(trigger.occasions.values_list("key", flat=True))
        for pk, version, title in out.values_list("pk", "live_revision_id", "title"):
            if page_key(pk, version) not in seen:
                _draft_from_page(trigger, pk, version, title, at=at)


def page_key(page_id: int, version: int | None) -> str:
    """The name of one version of a page as an occasion."""
    return f"page:{page_id}:{version or 0}"


@transaction.atomic
def _draft_from_page(trigger: Trigger, page_id: int, version: int, title: str, *, at: datetime) -> None:
    """The occasion and, while the person it is done for may still write, the draft; never both twice."""
    made, fresh = TriggerOccasion.objects.get_or_create(
        trigger=trigger, key=page_key(page_id, version),
        defaults={"title": nfc(title)[:160], "page_id": page_id, "created_at": at},
    )  # fmt: skip
    if not fresh:
        return
    _record("set_off", trigger, by=None, at=at, occasion=made.pk, page=page_id)
    by = trigger.scheduled_by
    if by is not None and allowed(by, WRITE, unit_id=trigger.unit_id, at=at):
        _write_from_page(made, by=by, at=at)


def _write_from_page(occasion: TriggerOccasion, *, by: User, at: datetime) -> Message:
    trigger, page_id = occasion.trigger, occasion.page_id
    found = text_of_page(page_id) if page_id else None
    draft = Draft(
        title=occasion.title, purpose=trigger.purpose, agency_id=trigger.agency_id, unit_id=trigger.unit_id,
        body=found[1] if found else "", page_id=page_id,
    )  # fmt: skip
    occasion.message = create_message(draft=draft, by=by, at=at)
    occasion.save(update_fields=["message"])
    return occasion.message


@transaction.atomic
def write_occasion(*, occasion: TriggerOccasion, by: User, at: datetime) -> Message:
    """The page's draft, begun now when nobody could write it before."""
    row = _living(occasion)
    if row.message is not None:
        return row.message
    return _write_from_page(row, by=by, at=at)


@transaction.atomic
def prepare_occasion(*, occasion: TriggerOccasion, by: User, at: datetime) -> Broadcast:
    """Make the broadcast of the page's approved message for the trigger's audience; a second press finds it made."""
    row = _living(occasion)
    if row.broadcast is not None:
        return row.broadcast
    version = approved_version(row)
    if version is None:
        raise CannotChangeError(Lack.NOT_APPROVED.label)
    order = row.trigger
    plan = Plan(order.segment_id, order.channels, at + DAYS_TO_TRY)
    row.broadcast = prepare(version=version, plan=plan, by=by, at=at)
    row.save(update_fields=["broadcast"])
    return row.broadcast


@transaction.atomic
def add_occasion(*, trigger: Trigger, title: str, moment: datetime, by: User, at: datetime) -> TriggerOccasion:
    """Enter an event with its moment; its reminders are planned, each with a copy of the trigger's message to adapt.

    A reminder whose hour has passed already is not made.
    """
    order = Trigger.objects.select_for_update(no_key=True).get(pk=trigger.pk)
    require(by, PREPARE, unit_id=order.unit_id, at=at)
    if order.kind != TriggerKind.MOMENT or moment <= at:
        raise CannotChangeError(_("The moment must lie ahead."))
    title = nfc(title).strip()[:160]
    row, fresh = TriggerOccasion.objects.get_or_create(
        trigger=order, key=f"moment:{fold(title)}:{moment.timestamp():.0f}",
        defaults={"title": title, "moment": moment, "created_by": by, "created_at": at},
    )  # fmt: skip
    if not fresh:
        raise CannotChangeError(_("This event is there already, at the same hour."))
    _record("occasion_added", order, by=by, at=at, occasion=row.pk, moment=moment.isoformat())
    for before in order.before:
        if (due := moment - timedelta(minutes=before)) > at:
            _plan_reminder(row, before, due, by=by, at=at)
    return row


def _plan_reminder(row: TriggerOccasion, before: int, due: datetime, *, by: User, at: datetime) -> None:
    order = row.trigger
    name = order.scheduled_by or (by if allowed(by, RELEASE, unit_id=order.unit_id, at=at) else None)
    made = Reminder.objects.create(occasion=row, before=before, due=due, scheduled_by=name)
    record("planned", made, by=by, at=at, due=due.isoformat())
    if order.template is not None and allowed(by, WRITE, unit_id=order.unit_id, at=at):
        text = _copy(order.template, f"{row.title}, {local(due):%d/%m/%Y %H:%M}", by=by, at=at)
        attach_text(issue=made, message=text, by=by, at=at)


def _copy(template: Message, title: str, *, by: User, at: datetime) -> Message:
    """The same words as a message of its own: nobody gets one message twice, so every reminder needs its own."""
    draft = Draft(
        title=title, purpose=template.purpose, agency_id=template.agency_id, unit_id=template.unit_id,
        content_line=template.content_line, legal_basis=template.legal_basis,
    )  # fmt: skip
    made = create_message(draft=draft, by=by, at=at)
    forms = [
        Form(channel=one.channel, language=one.language, subject=one.subject, body=one.body, plain=one.plain,
             send_plain=one.send_plain) for one in template.forms.all()
    ]  # fmt: skip
    return save_message(message=made, forms=forms, by=by, at=at)


@transaction.atomic
def move_occasion(*, occasion: TriggerOccasion, moment: datetime, by: User, at: datetime) -> TriggerOccasion:
    """The event takes place at another moment: reminders that have not gone out move with it."""
    row = _living(occasion)
    require(by, PREPARE, unit_id=row.trigger.unit_id, at=at)
    if row.moment is None or moment <= at:
        raise CannotChangeError(_("The moment must lie ahead."))
    row.moment = moment
    row.save(update_fields=["moment"])
    _record("occasion_moved", row.trigger, by=by, at=at, occasion=row.pk, moment=moment.isoformat())
    for one in _waiting(row):
        postpone(one, moment - timedelta(minutes=one.before), by=by, at=at)
    return row


@transaction.atomic
def cancel_occasion(*, occasion: TriggerOccasion, by: User, at: datetime) -> TriggerOccasion:
    """The event is called off, or the page needs no message: what has not gone out never does."""
    row = _living(occasion)
    require(by, PREPARE, unit_id=row.trigger.unit_id, at=at)
    row.cancelled_at = at
    row.save(update_fields=["cancelled_at"])
    _record("occasion_cancelled", row.trigger, by=by, at=at, occasion=row.pk)
    for one in _waiting(row):
        end(one, Lack.CALLED_OFF, by=by, at=at)
    return row


def _waiting(row: TriggerOccasion) -> Sequence[Reminder]:
    return list(reminders().filter(occasion=row).open().select_for_update(of=("self",)))


def _living(occasion: TriggerOccasion) -> TriggerOccasion:
    rows = TriggerOccasion.objects.select_related("trigger", "message", "broadcast")
    row = rows.select_for_update(of=("self",)).get(pk=occasion.pk)
    if row.cancelled_at is not None:
        raise CannotChangeError(_("This one has been called off."))
    return row


def _record(verb: str, row: Trigger, *, by: User | None, at: datetime, **facts: object) -> None:
    audit.record(f"outreach.trigger_{verb}", by=by, at=at, subject=f"outreach.trigger:{row.pk}", facts=facts)
