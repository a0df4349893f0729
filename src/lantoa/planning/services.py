"""Bring a plan in, confirm it, give its tasks out, move them, add evidence: one verb, one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.agencies import selectors as agencies
from lantoa.kernel import audit
from lantoa.kernel.access import AccessDenied, granted, require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.events import emit
from lantoa.kernel.models import User
from lantoa.planning.decisions import Decided, Item, decided_from
from lantoa.planning.enums import FINISHED, ImportState, TaskStatus
from lantoa.planning.events import PlanConfirmed, TaskMoved
from lantoa.planning.models import (
    CommunicationForm,
    ContentLine,
    Duty,
    Evidence,
    LegalReference,
    Plan,
    PlanAudience,
    PlanImport,
    PlanVersion,
    Solution,
    Task,
    VersionItem,
)
from lantoa.planning.reading.head import readable_title
from lantoa.planning.reading.interpret import read_plan
from lantoa.planning.rules import IMPORT, SEE, may_assign, may_move, may_work_on
from lantoa.planning.selectors import answering_for
from lantoa.territory import naming


class PlanningError(LantoaError):
    """A refusal of this room, in words to act on."""


@transaction.atomic
def import_plan(*, source: bytes, filename: str, by: User, at: datetime, unit_id: int | None = None) -> PlanImport:
    """Read a file and keep it with what was found, for a person to confirm; nothing else comes into being.

    The draft belongs to the named unit, else to the unit the letterhead names if the person may act there, else to
    the unit of the person's own agency. Raises `UnreadableSource` before anything is written.
    """
    text, draft = read_plan(source, filename)
    found = draft.to_json()
    decided = {**found, "title": readable_title(found["title"] or "", text.text)}
    unit = unit_id or _issuing_unit(found, by=by, at=at)
    require(by, IMPORT, unit_id=unit, at=at)
    kept = PlanImport.objects.create(
        unit_id=unit, filename=text.filename[:255], kind=text.kind, content=source, sha256=text.sha256,
        source_text=text.text, found=found, decided=decided, created_by=by, created_at=at, changed_at=at,
    )  # fmt: skip
    _record("imported", kept, by=by, at=at, sha256=text.sha256)
    return kept


@transaction.atomic
def amend_draft(*, draft_id: int, decided: Mapping[str, Any], by: User, at: datetime) -> PlanImport:
    """Keep what the person made of a draft: changed, deleted and added findings."""
    draft = _open_draft(draft_id, by=by, at=at)
    draft.decided = dict(decided)
    draft.changed_at = at
    draft.save(update_fields=["decided", "changed_at"])
    _record("amended", draft, by=by, at=at)
    return draft


@transaction.atomic
def discard_draft(*, draft_id: int, by: User, at: datetime) -> PlanImport:
    """Put a draft away for good; its file stays in the record."""
    draft = _open_draft(draft_id, by=by, at=at)
    draft.state, draft.changed_at = ImportState.DISCARDED, at
    draft.save(update_fields=["state", "changed_at"])
    _record("discarded", draft, by=by, at=at)
    return draft


@transaction.atomic
def confirm_plan(*, draft_id: int, by: User, at: datetime, agency_map: Mapping[str, Sequence[int]]) -> PlanVersion:
    """Turn a draft into a plan, or into the next version of the plan with its number; emits `PlanConfirmed`.

    `agency_map` gives, for a body as the draft names it, the agencies meant. Each gets a task for each duty; a body
    without any keeps its duties as open tasks of a group. Tasks of the version before go on where the same body has
    the same duty still; the others are dropped with a note.
    """
    draft = _open_draft(draft_id, by=by, at=at)
    decided = decided_from(draft.decided)
    plan = _plan_of(decided, draft.unit_id)
    before = PlanVersion.objects.filter(plan=plan).order_by("-version").first()
    version = _new_version(plan, draft, decided, number=before.version + 1 if before else 1, by=by, at=at)
    _write_items(version, decided)
    _give_out(version, decided, agency_map, at=at)
    if before:
        _carry_over(before, version, at=at)
    draft.state, draft.changed_at = ImportState.CONFIRMED, at
    draft.save(update_fields=["state", "changed_at"])
    audit.record(
        "planning.plan_confirmed", by=by, at=at, subject=f"planning.planversion:{version.pk}",
        facts={"plan": plan.pk, "version": version.version, "sha256": draft.sha256},
    )  # fmt: skip
    emit(PlanConfirmed(plan.pk, version.pk))
    return version


@transaction.atomic
def assign_task(
    *,
    task_id: int,
    by: User,
    at: datetime,
    owner_id: int,
    co_agency_ids: Iterable[int] = (),
    due_on: date | None = None,
) -> Task:
    """Give a task to an agency, with those that help and the day it is due."""
    task, answering = _locked_task(task_id, by=by, at=at)
    if not may_assign(by, task, answering, at=at):
        raise AccessDenied(_("Only those who lead the plan or the agency give out this task."))
    if task.status in FINISHED:
        raise PlanningError(_("This task is closed. Take it up again before giving it out."))
    if Task.objects.filter(duty=task.duty, owner_id=owner_id).exclude(pk=task.pk).exists():
        raise PlanningError(_("That agency has this task already."))
    task.owner_id, task.due_on, task.changed_at = owner_id, due_on, at
    if task.status == TaskStatus.OPEN:
        task.status = TaskStatus.ASSIGNED
    task.save(update_fields=["owner", "due_on", "changed_at", "status"])
    helping = sorted(set(co_agency_ids) - {owner_id})
    task.co_agencies.set(helping)
    _record("assigned", task, by=by, at=at, owner=owner_id, helping=helping, due=due_on and due_on.isoformat())
    return task


@transaction.atomic
def move_task(*, task_id: int, by: User, at: datetime, to: str, note: str = "") -> Task:
    """Take a task one allowed step on; held up and dropped need a reason, done needs evidence. Emits `TaskMoved`."""
    task, answering = _locked_task(task_id, by=by, at=at)
    if not may_work_on(by, task, answering, at=at):
        raise AccessDenied(_("Only the agencies that answer for this task move it on."))
    if not may_move(task.status, to) or (to == TaskStatus.ASSIGNED and task.owner_id is None):
        raise PlanningError(_("A task that is “%(status)s” cannot do that.") % {"status": task.get_status_display()})
    if to in (TaskStatus.BLOCKED, TaskStatus.DROPPED) and not note.strip():
        raise PlanningError(_("Say why, so that others can help."))
    if to == TaskStatus.DONE and not task.evidence.exists():
        raise PlanningError(_("Add evidence first: what was done, and where it can be seen."))
    before, task.status, task.status_note, task.changed_at = task.status, to, note.strip(), at
    task.done_at = at if to == TaskStatus.DONE else None
    task.save(update_fields=["status", "status_note", "changed_at", "done_at"])
    _record("moved", task, by=by, at=at, before=before, to=to)
    emit(TaskMoved(task.pk, to))
    return task


@transaction.atomic
def add_evidence(*, task_id: int, by: User, at: datetime, text: str, url: str = "") -> Evidence:
    """Put a result beside a task, for good."""
    task, answering = _locked_task(task_id, by=by, at=at)
    if not may_work_on(by, task, answering, at=at):
        raise AccessDenied(_("Only the agencies that answer for this task add evidence."))
    if not text.strip():
        raise PlanningError(_("Say what was done."))
    evidence = Evidence.objects.create(task=task, text=text.strip(), url=url, by=by, at=at)
    _record("evidence_added", task, by=by, at=at, evidence=evidence.pk)
    return evidence


def _record(verb: str, row: PlanImport | Task, *, by: User, at: datetime, **facts: Any) -> None:
    kind = "task" if isinstance(row, Task) else "planimport"
    audit.record(f"planning.{kind}_{verb}", by=by, at=at, subject=f"planning.{kind}:{row.pk}", facts=facts)


def _issuing_unit(found: Mapping[str, Any], *, by: User, at: datetime) -> int:
    day = timezone.localdate(at)
    held = granted(by, IMPORT, at)
    issuer = str(found["issuer"] or "")
    _committee, _sep, place = issuer.partition("nhân dân ")
    issued_on = date.fromisoformat(found["issued_on"]) if found["issued_on"] else day
    matches = naming.find_units_by_name(place, on=issued_on) if place else []
    for match in matches if len(matches) == 1 else ():
        if any(match.unit_id in set(grant.units) for grant in held):
            return match.unit_id
    for grant in held:
        if version := agencies.agency_on(grant.agency_id, day):
            return version.unit_id
    raise AccessDenied(_("Your post does not include bringing in plans."))


def _open_draft(draft_id: int, *, by: User, at: datetime) -> PlanImport:
    draft: PlanImport | None = PlanImport.objects.select_for_update().visible_to(by, at=at).filter(pk=draft_id).first()
    if draft is None:
        raise AccessDenied(_("This draft is not there, or not yours to see."))
    if draft.state != ImportState.DRAFT:
        raise PlanningError(_("This draft is closed already."))
    return draft


def _locked_task(task_id: int, *, by: User, at: datetime) -> tuple[Task, set[int]]:
    task = Task.objects.select_for_update(of=("self",)).select_related("duty__plan").filter(pk=task_id).first()
    if task is None:
        raise AccessDenied(_("This task is not there, or not yours to see."))
    require(by, SEE, at=at)
    return task, answering_for(task, timezone.localdate(at))


def _plan_of(decided: Decided, unit_id: int) -> Plan:
    year = decided.issued_on.year if decided.issued_on else None
    if not decided.number:
        return Plan.objects.create(unit_id=unit_id, year=year)
    plan, _made = Plan.objects.get_or_create(unit_id=unit_id, number=decided.number, year=year)
    Plan.objects.select_for_update().get(pk=plan.pk)
    return plan


def _new_version(
    plan: Plan, draft: PlanImport, decided: Decided, *, number: int, by: User, at: datetime
) -> PlanVersion:
    if not decided.title:
        raise PlanningError(_("The plan needs a title."))
    return PlanVersion.objects.create(
        plan=plan, version=number, title=decided.title, issuer=decided.issuer, issued_on=decided.issued_on,
        period=decided.period, closing=decided.closing, recipients=list(decided.recipients), signer=decided.signer,
        source=draft, confirmed_by=by, confirmed_at=at,
    )  # fmt: skip


def _write_items(version: PlanVersion, decided: Decided) -> None:
    lists: tuple[tuple[type[VersionItem], Sequence[Item]], ...] = (
        (LegalReference, decided.references),
        (ContentLine, decided.content_lines),
        (CommunicationForm, decided.forms),
        (Solution, decided.solutions),
        (PlanAudience, decided.audiences),
    )
    for model, items in lists:
        for order, item in enumerate(items, start=1):
            model(version=version, order=order, **item).save(force_insert=True)


def _give_out(version: PlanVersion, decided: Decided, agency_map: Mapping[str, Sequence[int]], *, at: datetime) -> None:
    order = 0
    for name, duties in decided.agencies:
        owners: Sequence[int | None] = list(dict.fromkeys(agency_map.get(name, ()))) or [None]
        for item in duties:
            order += 1
            duty = Duty.objects.create(version=version, plan=version.plan, order=order, agency_name=name, **item)
            Task.objects.bulk_create(
                Task(
                    duty=duty,
                    owner_id=owner,
                    due_on=duty.due_on,
                    changed_at=at,
                    status=TaskStatus.ASSIGNED if owner else TaskStatus.OPEN,
                )
                for owner in owners
            )


def _carry_over(before: PlanVersion, after: PlanVersion, *, at: datetime) -> None:
    """Move standing, evidence and due day of unchanged duties on to the new version's tasks."""
    fresh = {
        (task.duty.agency_name, task.duty.text, task.owner_id): task
        for task in Task.objects.filter(duty__version=after).select_related("duty")
    }
    old_tasks = Task.objects.select_for_update(of=("self",)).filter(duty__version=before).select_related("duty")
    for old in old_tasks.exclude(status=TaskStatus.DROPPED):
        heir = fresh.get((old.duty.agency_name, old.duty.text, old.owner_id))
        if heir is not None:
            duty = heir.duty
            heir.delete()
            old.duty, old.changed_at = duty, at
            old.save(update_fields=["duty", "changed_at"])
        elif old.status != TaskStatus.DONE:
            old.status, old.changed_at = TaskStatus.DROPPED, at
            old.status_note = _("Replaced by version %(version)d of the plan.") % {"version": after.version}
            old.save(update_fields=["status", "status_note", "changed_at"])
