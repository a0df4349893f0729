"""How the editors' desk puts things in words, tones and icons."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lantoa.editorial.enums import CommissionState, Stage
from lantoa.editorial.models import Commission, CommissionEvent
from lantoa.editorial.selectors.commissions import CommissionLine
from lantoa.kernel.text import number_text
from lantoa.planning.selectors import line_choices
from lantoa.ui.templatetags.ui import vn_datetime

TONES = {
    CommissionState.ORDERED: ("wait", "clock"),
    CommissionState.ACCEPTED: ("info", "edit"),
    CommissionState.DELIVERED: ("doubt", "inbox"),
    CommissionState.RETURNED: ("warn", "reply"),
    CommissionState.TAKEN: ("good", "check"),
    CommissionState.CANCELLED: ("off", "ban"),
}
STAGES = {
    Stage.COMMISSIONED: ("wait", "inbox"),
    Stage.DRAFT: ("off", "edit"),
    Stage.RETURNED: ("doubt", "reply"),
    Stage.LAW: ("wait", "shield"),
    Stage.WAITING: ("wait", "clock"),
    Stage.HELD: ("info", "lock"),
    Stage.LIVE: ("good", "check"),
    Stage.CORRECTED: ("good", "retry"),
    Stage.WITHDRAWN: ("bad", "ban"),
}


def commission_chip(row: Commission) -> dict[str, str]:
    """Words, tone and icon of a commission's state."""
    tone, icon = TONES[CommissionState(row.state)]
    return {"label": row.get_state_display(), "tone": tone, "icon": icon}


def facts_of(line: CommissionLine) -> list[dict[str, Any]]:
    """What was ordered, at a glance."""
    row = line.row
    task = {"label": _("Task of the plan"), "value": row.task}
    if row.task_id:
        task["url"] = reverse("planning:task", args=[row.task_id])
    kept = row.content_line
    in_words = dict(line_choices(timezone.localdate(row.ordered_at), kept))[kept] if kept else ""
    facts: list[dict[str, Any]] = [
        {"label": _("From whom"), "value": line.whom},
        {"label": _("Deadline"), "value": vn_datetime(row.due_at)},
        {"label": _("Kind of page"), "value": row.get_kind_display()},
        {"label": _("For which place"), "value": line.unit},
        {"label": _("Content line of the plan"), "value": in_words},
        task,
        {"label": _("Number of the contract"), "value": row.contract_number},
        {"label": pgettext("money", "Value"), "value": dong(row.value)},
        {"label": _("Ordered by"), "value": row.ordered_by},
    ]  # fmt: skip
    return [fact for fact in facts if fact["value"]]


def dong(value: int | None) -> str:
    """A sum as people read it."""
    return f"{number_text(value)} đồng" if value is not None else ""


def history_of(events: list[CommissionEvent]) -> list[dict[str, Any]]:
    """The steps of a commission, the newest first, each with what was handed over."""
    return [
        {
            "title": _("New deadline: %(due)s") % {"due": vn_datetime(one.due_at)} if one.due_at
            else one.get_state_display(),
            "who": one.by, "at": one.at, "note": one.note, "event": one if not one.due_at else None,
        }
        for one in reversed(events)
    ]  # fmt: skip


def due_words(row: Commission, at: datetime) -> str:
    """The deadline in words: how late it is, or when it comes."""
    if row.is_late(at):
        days = (timezone.localdate(at) - timezone.localdate(row.due_at)).days
        return _("%(n)s days late") % {"n": days} if days > 1 else _("Late")
    return vn_datetime(row.due_at)
