"""What each page of planning shows, put together from selectors and forms."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lantoa.agencies import selectors as agencies
from lantoa.kernel.access import allowed
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User
from lantoa.kernel.text import date_text
from lantoa.planning import selectors, services
from lantoa.planning.confirming import ROWS, DraftForms
from lantoa.planning.decisions import ONE_DAY
from lantoa.planning.enums import TaskStatus
from lantoa.planning.forms import AssignForm, Data, EvidenceForm, MoveForm
from lantoa.planning.models import (
    CommunicationForm,
    LegalReference,
    Plan,
    PlanAudience,
    PlanImport,
    PlanVersion,
    Solution,
    Task,
)
from lantoa.planning.rules import IMPORT, may_assign, may_work_on
from lantoa.planning.selectors import TaskRow

type Context = dict[str, Any]

TONES = {
    TaskStatus.OPEN: ("doubt", "question"),
    TaskStatus.ASSIGNED: ("wait", "clock"),
    TaskStatus.ACTIVE: ("info", "work"),
    TaskStatus.BLOCKED: ("bad", "warning"),
    TaskStatus.DONE: ("good", "check"),
    TaskStatus.DROPPED: ("off", "ban"),
}


def status_chip(row: TaskRow) -> dict[str, str]:
    """Words, tone and icon for a task's standing; lateness goes before everything but an end."""
    if row.late:
        return {"label": _("Late"), "tone": "bad", "icon": "clock"}
    tone, icon = TONES[TaskStatus(row.task.status)]
    return {"label": row.task.get_status_display(), "tone": tone, "icon": icon}


def plan_list(user: User, *, at: datetime) -> Context:
    """Plans, drafts where the person may confirm them, and how many tasks wait for the person."""
    may_import = allowed(user, IMPORT, at=at)
    return {
        "plans": selectors.plans(user, on=timezone.localdate(at)),
        "drafts": selectors.drafts(user).select_related("created_by") if may_import else [],
        "may_import": may_import,
        "mine": selectors.tasks_for(user, at=at).count(),
    }


def my_tasks(user: User, *, at: datetime) -> Context:
    """What waits for the person's agencies: late first, then the rest, the most pressing first."""
    rows = selectors.task_rows(selectors.tasks_for(user, at=at), timezone.localdate(at))
    return {"late": [_job(row) for row in rows if row.late], "coming": [_job(row) for row in rows if not row.late]}


def _job(row: TaskRow) -> dict[str, str]:
    due = date_text(row.task.due_on) if row.task.due_on else ""
    words = _("Late since %(day)s") if row.late else _("Due %(day)s")
    return {
        "icon": status_chip(row)["icon"],
        "title": Truncator(row.task.duty.text).chars(140),
        "text": " · ".join((row.owner, str(row.task.duty.plan), row.task.get_status_display())),
        "url": reverse("planning:task", args=[row.task.pk]),
        "action": _("See the task"),
        "due": words % {"day": due} if due else "",
    }


def draft_forms(draft: PlanImport, data: Data = None) -> DraftForms:
    """The forms of a draft with the agencies that may be meant."""
    names = [agency["name"] for agency in draft.decided["agencies"]]
    return DraftForms(draft.decided, selectors.proposed_owners(draft, names), data)


def confirmation(draft: PlanImport, draft_forms: DraftForms) -> Context:
    """The text with line numbers beside the findings."""
    decided = draft.decided
    left_over = set(decided["unaccounted_lines"])
    lines = [(n, text, n in left_over) for n, text in enumerate(draft.source_text.split("\n"), start=1)]
    titles = {
        "references": _("Legal texts cited"),
        "content_lines": _("Content lines"),
        "forms": _("Forms of communication"),
        "solutions": _("Solutions"),
        "audiences": _("Audiences"),
    }
    sections = [
        {"key": key, "title": titles[key], "set": draft_forms.lists[key], "rows": draft_forms.rows(key)} for key in ROWS
    ]
    groups = draft_forms.groups()
    tasks = sum(len(agency["tasks"]) for agency in decided["agencies"])
    return {
        "draft": draft, "forms": draft_forms, "lines": lines, "left_over": sorted(left_over), "sections": sections,
        "groups": groups, "counts": _counts(decided, tasks), "found": decided["findings"], "period": decided["period"],
        "doubtful": sum(row.doubtful for section in sections for row in section["rows"]),
    }  # fmt: skip


def _counts(decided: Mapping[str, Any], tasks: int) -> list[dict[str, object]]:
    return [
        {"label": _("Content lines"), "value": len(decided["content_lines"])},
        {"label": _("Forms of communication"), "value": len(decided["forms"])},
        {"label": _("Solutions"), "value": len(decided["solutions"])},
        {"label": _("Legal texts cited"), "value": len(decided["references"])},
        {"label": _("Bodies"), "value": len(decided["agencies"])},
        {"label": pgettext("plan", "Tasks"), "value": tasks},
    ]


def plan(plan: Plan, user: User, *, at: datetime) -> Context:
    """One plan in its last version."""
    version = selectors.current_version(plan.pk)
    bodies = selectors.tasks_by_agency(version, user, at=at)
    tasks = [row for body in bodies for _duty, rows in body.rows for row in rows]
    counted = [row for row in tasks if row.task.status != TaskStatus.DROPPED]
    return {
        "plan": plan, "version": version, "period": _period(version), "bodies": [_body(body) for body in bodies],
        "content_lines": selectors.content_lines(version), "items": _items(version),
        "done": sum(row.task.status == TaskStatus.DONE for row in counted), "total": len(counted),
        "late": sum(row.late for row in counted), "versions": plan.versions.order_by("-version"),
    }  # fmt: skip


def _items(version: PlanVersion) -> list[tuple[str, Any]]:
    return [
        (_("Audiences"), PlanAudience.objects.filter(version=version)),
        (_("Forms of communication"), CommunicationForm.objects.filter(version=version)),
        (_("Solutions"), Solution.objects.filter(version=version)),
        (_("Legal texts cited"), LegalReference.objects.filter(version=version)),
    ]


def _body(body: selectors.AgencyTasks) -> dict[str, Any]:
    rows = [(duty, [(row, status_chip(row)) for row in tasks]) for duty, tasks in body.rows]
    return {"name": body.name, "mine": body.mine, "rows": rows}


def _period(version: PlanVersion) -> str:
    if version.period is None:
        return ""
    first, last = version.period.lower.year, (version.period.upper - ONE_DAY).year
    return str(first) if first == last else f"{first}–{last}"


STEPS = ("giao", "chuyen", "ket-qua")
"""Give out, move on, add evidence: the last part of a step's address."""


def task(task: Task, user: User, *, at: datetime, bound: Mapping[str, forms.Form] | None = None) -> Context:
    """One task with the steps the person may take."""
    on = timezone.localdate(at)
    answering = selectors.answering_for(task, on)
    row = selectors.task_rows([task], on)[0]
    offered = _steps(task, user, answering, at=at)
    helping = agencies.names_on(task.co_agencies.values_list("pk", flat=True), on)
    heirs = selectors.heirs_of(task.owner_id, on) - {task.owner_id} if task.owner_id else set()
    today = agencies.names_on(heirs, on)
    return {
        "row": row, "task": task, "chip": status_chip(row), "plan": task.duty.plan, "version": task.duty.version,
        "steps": {key: (bound or {}).get(key) or step for key, step in offered.items()},
        "helping": ", ".join(sorted(helping.values())), "today": ", ".join(sorted(today.values())),
        "evidence": task.evidence.select_related("by"), "lines": task.duty.source_lines,
        "failed": next(iter(bound or {}), ""),
    }  # fmt: skip


def _steps(task: Task, user: User, answering: set[int], *, at: datetime) -> dict[str, forms.Form]:
    steps: dict[str, forms.Form] = {}
    if may_work_on(user, task, answering, at=at):
        steps |= {"chuyen": MoveForm(task=task), "ket-qua": EvidenceForm()}
    if may_assign(user, task, answering, at=at):
        steps["giao"] = _assign_form(task, at)
    return steps


def _assign_form(task: Task, at: datetime, data: Data = None) -> AssignForm:
    named = [(row.id, row.name) for row in agencies.agencies_on(timezone.localdate(at))]
    helping = list(task.co_agencies.values_list("pk", flat=True))
    initial = {"owner": task.owner_id, "co_agencies": helping, "due_on": task.due_on}
    return AssignForm(data, agencies=named, initial=initial)


def take_step(step: str, task: Task, data: Data, *, by: User, at: datetime) -> tuple[forms.Form, str]:
    """Carry one step out; gives the form, and words for the person when it went through."""
    form: forms.Form
    if step == "giao":
        form, words = _assign_form(task, at, data), _("The task is given out.")
    elif step == "chuyen":
        form, words = MoveForm(data, task=task), _("The task has moved on.")
    else:
        form, words = EvidenceForm(data), _("The evidence is kept.")
    if not form.is_valid():
        return form, ""
    try:
        _act(step, task, form.cleaned_data, by=by, at=at)
    except LantoaError as refusal:
        form.add_error(None, str(refusal))
        return form, ""
    return form, words


def _act(step: str, task: Task, words: Mapping[str, Any], *, by: User, at: datetime) -> None:
    if step == "giao":
        services.assign_task(
            task_id=task.pk, by=by, at=at, owner_id=words["owner"], co_agency_ids=words["co_agencies"],
            due_on=words["due_on"],
        )  # fmt: skip
    elif step == "chuyen":
        services.move_task(task_id=task.pk, by=by, at=at, to=words["to"], note=words["note"])
    else:
        services.add_evidence(task_id=task.pk, by=by, at=at, text=words["text"], url=words["url"])
