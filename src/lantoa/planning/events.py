"""What planning tells other rooms."""

from dataclasses import dataclass

from lantoa.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PlanConfirmed(Event):
    """A person confirmed a plan, or a new version of one."""

    plan_id: int
    version_id: int


@dataclass(frozen=True, slots=True)
class TaskMoved(Event):
    """A task took another status."""

    task_id: int
    status: str
