"""What other rooms and pages read of plans: the lines in force, whose task is what, what is late."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.text import Truncator

from lantoa.agencies import selectors as agencies
from lantoa.agencies.matching import AgencyMatch
from lantoa.kernel.access import Person, granted
from lantoa.kernel.models import User
from lantoa.planning.enums import FINISHED, TaskStatus
from lantoa.planning.models import ContentLine, Duty, Plan, PlanImport, PlanVersion, Task
from lantoa.planning.rules import SEE, SUBJECT

MOST_PROPOSED = 8
BEYOND_DOUBT = 0.85

# Plans


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan as lists show it, with its version in force."""

    plan: Plan
    version: PlanVersion
    tasks: int
    done: int
    late: int


def plans(user: Person, *, on: date) -> list[PlanRow]:
    """The plans a person may see, the newest first, each with its last version and the progress of its tasks."""
    seen = Plan.objects.visible_to(user)
    last = PlanVersion.objects.filter(plan__in=seen.values("pk")).order_by("plan_id", "-version").distinct("plan_id")
    counted = (
        Task.objects.exclude(status=TaskStatus.DROPPED)
        .filter(duty__plan__in=seen.values("pk"))
        .values_list("duty__plan")
        .annotate(
            given=Count("pk"),
            finished=Count("pk", filter=Q(status=TaskStatus.DONE)),
            late=Count("pk", filter=Q(due_on__lt=on) & ~Q(status__in=FINISHED)),
        )
    )
    figures = {plan_id: (tasks, done, late) for plan_id, tasks, done, late in counted}
    rows = [
        PlanRow(version.plan, version, *figures.get(version.plan_id, (0, 0, 0)))
        for version in last.select_related("plan")
    ]
    return sorted(rows, key=lambda row: row.version.confirmed_at, reverse=True)


def current_version(plan_id: int) -> PlanVersion:
    """The last confirmed version of a plan."""
    return PlanVersion.objects.filter(plan_id=plan_id).select_related("plan", "source").latest("version")


def drafts(user: Person) -> "QuerySet[PlanImport]":
    """Uploaded plans a person may still confirm, the newest first, without their bytes."""
    found: QuerySet[PlanImport] = PlanImport.objects.visible_to(user).drafts().defer("content", "source_text")
    return found


# Content lines


def content_lines(plan_version: PlanVersion) -> "QuerySet[ContentLine]":
    """The content lines of one version, in its order."""
    return ContentLine.objects.filter(version=plan_version).order_by("order")


def current_content_lines(on: date, *, unit_ids: Iterable[int] | None = None) -> list[ContentLine]:
    """Content lines of the plans in force that day, each plan in its last version confirmed by then.

    A plan without a stated period counts from the day it was issued. `unit_ids` narrows to plans those units issued.
    """
    in_force = Q(period__contains=on) | Q(period=None, issued_on__lte=on) | Q(period=None, issued_on=None)
    versions = PlanVersion.objects.order_by("plan_id", "-version").distinct("plan_id").values("pk")
    lines = ContentLine.objects.filter(version__in=versions).filter(
        version__in=PlanVersion.objects.filter(in_force).values("pk")
    )
    if unit_ids is not None:
        lines = lines.filter(version__plan__unit__in=unit_ids)
    return list(lines.select_related("version", "version__plan").order_by("version__plan_id", "order"))


def line_choices(on: date, chosen: str = "") -> list[tuple[str, str]]:
    """The content lines in force that day by their letter, to choose from; one chosen before stays, whatever has become
    of its plan."""
    lines = {line.label: f"{line.label}) {Truncator(line.text).chars(90)}" for line in current_content_lines(on)}
    kept = {chosen: f"{chosen})"} if chosen and chosen not in lines else {}
    return [("", "—"), *((label, words) for label, words in (kept | lines).items() if label)]


# Tasks


def answering_for(task: Task, on: date) -> set[int]:
    """Ids of the agencies that answer for the task on a day: its owner or the owner's heirs, and those that help."""
    named = set(task.co_agencies.values_list("pk", flat=True)) | ({task.owner_id} if task.owner_id else set())
    return named | {heir for agency_id in named for heir in heirs_of(agency_id, on)}


def agencies_answered_for(agency_ids: Iterable[int], on: date) -> set[int]:
    """These agencies and every task owner whose poverty work has passed to them by that day."""
    own = set(agency_ids)
    owners = Task.objects.exclude(owner=None).exclude(owner__in=own).order_by().values_list("owner", flat=True)
    return own | {owner for owner in owners.distinct() if own & heirs_of(owner, on)}


def heirs_of(agency_id: int, on: date) -> set[int]:
    """Ids of the agencies that answer today for the poverty work of this one: itself while nobody took over."""
    return {agency.pk for agency in agencies.responsible_today(agency_id, subject=SUBJECT, on=on)}


def tasks_for(user: User, *, at: datetime) -> "QuerySet[Task]":
    """Unfinished tasks of the agencies a person holds posts at, inherited ones included, the most pressing first."""
    own = {grant.agency_id for grant in granted(user, SEE, at)}
    answered = agencies_answered_for(own, timezone.localdate(at)) if own else set()
    found: QuerySet[Task] = Task.objects.unfinished().filter(pk__in=Task.objects.of_agencies(answered).values("pk"))
    return found.for_reading()  # type: ignore[attr-defined,no-any-return]


def overdue_tasks(user: User, at: datetime) -> "QuerySet[Task]":
    """Late tasks within everything a person may see: their own, and those of the units below them."""
    found: QuerySet[Task] = Task.objects.visible_to(user, at=at).overdue(timezone.localdate(at)).for_reading()
    return found


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as pages show it."""

    task: Task
    owner: str
    late: bool


@dataclass(frozen=True, slots=True)
class AgencyTasks:
    """The duties one body (as the plan names it) carries, each with its tasks."""

    name: str
    mine: bool
    rows: list[tuple[Duty, list[TaskRow]]]


def task_rows(tasks: Iterable[Task], on: date) -> list[TaskRow]:
    """Tasks with their owners' names of that day."""
    found = list(tasks)
    names = agencies.names_on({task.owner_id for task in found if task.owner_id}, on)
    late = {task.pk for task in found if task.due_on and task.due_on < on and task.status not in FINISHED}
    return [TaskRow(task, names.get(task.owner_id or 0, ""), task.pk in late) for task in found]


def tasks_by_agency(version: PlanVersion, user: User, *, at: datetime) -> list[AgencyTasks]:
    """The duties of a version by the body the plan names; bodies the person works for come first."""
    on = timezone.localdate(at)
    own = agencies_answered_for({grant.agency_id for grant in granted(user, SEE, at)}, on)
    visible = Task.objects.visible_to(user, at=at).filter(duty__version=version).order_by("pk")
    rows: dict[int, list[TaskRow]] = {}
    for row in task_rows(visible, on):
        rows.setdefault(row.task.duty_id, []).append(row)
    bodies: dict[str, list[tuple[Duty, list[TaskRow]]]] = {}
    for duty in Duty.objects.filter(version=version):
        bodies.setdefault(duty.agency_name, []).append((duty, rows.get(duty.pk, [])))
    found = [
        AgencyTasks(name, any(row.task.owner_id in own for _duty, tasks in pairs for row in tasks), pairs)
        for name, pairs in bodies.items()
    ]
    return sorted(found, key=lambda body: not body.mine)


# Who is meant by a name in a plan


def proposed_owners(draft: PlanImport, names: Iterable[str]) -> dict[str, list[AgencyMatch]]:
    """For each body a plan names, the agencies of its day that may be meant, the likeliest first."""
    issued = draft.decided.get("issued_on")
    on = date.fromisoformat(issued) if issued else timezone.localdate(draft.created_at)
    found = {name: agencies.match_by_name(name, on=on, province=draft.unit) for name in names}
    return {name: matches if _is_group(matches) else matches[:MOST_PROPOSED] for name, matches in found.items()}


def beyond_doubt(matches: Sequence[AgencyMatch]) -> list[int]:
    """Ids of the agencies meant without asking anyone: the best of them, or the whole of a group."""
    sure = [match for match in matches if match.score >= BEYOND_DOUBT]
    return [match.agency_id for match in (sure if _is_group(matches) else sure[:1])]


def _is_group(matches: Sequence[AgencyMatch]) -> bool:
    return bool(matches) and matches[0].collective


def matched_owners(draft: PlanImport) -> dict[str, list[int]]:
    """For each body a draft names, the agencies meant beyond doubt: the best match, or all of a group."""
    names = [agency["name"] for agency in draft.decided["agencies"]]
    return {name: beyond_doubt(matches) for name, matches in proposed_owners(draft, names).items()}
