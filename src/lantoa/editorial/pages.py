"""What each page of the editors' desk shows, put together from selectors and forms."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from lantoa.editorial import forms as asked
from lantoa.editorial import services
from lantoa.editorial.enums import CLOSED, CommissionState
from lantoa.editorial.models import Commission
from lantoa.editorial.rules import may_order, moves_for
from lantoa.editorial.selectors.commissions import LATE, OPEN, CommissionLine, lines_of
from lantoa.editorial.showing import commission_chip, due_words, facts_of, history_of
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User

type Context = dict[str, Any]
type Step = tuple[str, type[asked.StepForm], Callable[..., Any], str | Promise, str | Promise]

STEPS: Mapping[str, Step] = {
    "nhan": (
        CommissionState.ACCEPTED, asked.AcceptForm, services.accept_commission, gettext_lazy("Accept it"),
        gettext_lazy("Accepted. Whoever ordered it sees that."),
    ),
    "giao": (
        CommissionState.DELIVERED, asked.DeliverForm, services.deliver_commission, gettext_lazy("Hand it over"),
        gettext_lazy("Handed over. Now it is read."),
    ),
    "lay": (
        CommissionState.TAKEN, asked.TakeForm, services.take_commission, gettext_lazy("Take it"),
        gettext_lazy("Taken. From here the page goes its way to approval."),
    ),
    "tra": (
        CommissionState.RETURNED, asked.ReturnForm, services.return_commission, gettext_lazy("Hand it back"),
        gettext_lazy("Handed back with your words."),
    ),
    "huy": (
        CommissionState.CANCELLED, asked.CancelForm, services.cancel_commission,
        pgettext_lazy("commission", "Call it off"), gettext_lazy("Called off."),
    ),
    "han": (
        "", asked.DeadlineForm, services.move_deadline, gettext_lazy("Give another deadline"),
        gettext_lazy("The deadline is moved."),
    ),
}  # fmt: skip
"""By the last part of the address: the state it leads to, what is asked, what does it, the button, what is said."""


def commission_line(line: CommissionLine, *, at: datetime) -> Context:
    """A row of the list."""
    row = line.row
    return {
        "row": row, "whom": line.whom, "unit": line.unit, "late": line.late, "chip": commission_chip(row),
        "due": due_words(row, at), "url": reverse("editorial:commission", args=[row.pk]),
    }  # fmt: skip


def commission_tabs(counts: Mapping[str, int], show: str) -> list[Context]:
    """The list's tabs with how many stand under each."""
    names = {
        "": pgettext("commissions", "All"), OPEN: _("Open"), LATE: _("Late"),
        CommissionState.DELIVERED: CommissionState.DELIVERED.label, CommissionState.TAKEN: CommissionState.TAKEN.label,
    }  # fmt: skip
    return [
        {"label": label, "url": f"?xem={key}" if key else "?", "current": show == key, "count": counts[key]}
        for key, label in names.items()
    ]


def commission(
    row: Commission, user: User, *, at: datetime, words: str = "", bound: Mapping[str, forms.Form] | None = None
) -> Context:  # fmt: skip
    """One commission; a form that was refused stands open as it was typed. `words` narrow the pages to choose from."""
    line, bound = lines_of([row], at=at)[0], bound or {}
    steps = [
        {"key": key, "form": bound.get(key) or STEPS[key][1](user=user, row=row, words=words), "label": STEPS[key][3],
         "open": key in bound, "main": key not in ("huy", "han", "tra")}
        for key in steps_for(user, row, at=at)
    ]  # fmt: skip
    events = list(row.events.select_related("by"))
    return {
        "row": row, "line": line, "chip": commission_chip(row), "facts": facts_of(line), "steps": steps,
        "history": history_of(events), "due": due_words(row, at), "failed": next(iter(bound.values()), None),
        "words": words,
    }  # fmt: skip


def steps_for(user: User, row: Commission, *, at: datetime) -> list[str]:
    """The steps that stand on this person's page now."""
    may = moves_for(user, row, at=at)
    keys = [key for key, (to, *_rest) in STEPS.items() if to in may]
    if row.state not in CLOSED and may_order(user, row.unit_id, at=at):
        keys.append("han")
    return keys


def take_step(
    step: str, row: Commission, data: Any, files: Any, *, by: User, at: datetime, words: str = ""
) -> tuple[forms.Form, str]:  # fmt: skip
    """Check what was typed and do it; the words to say, or none when something is wrong."""
    _to, form_class, verb, _label, done = STEPS[step]
    form = form_class(data, files, user=by, row=row, words=words)
    if not form.is_valid():
        return form, ""
    given = {name: value for name, value in form.cleaned_data.items() if name in ("note", "due_at")}
    if isinstance(form, asked.DeliverForm):
        given["handed"] = form.handed()
    elif isinstance(form, asked.TakeForm):
        given["page_id"] = form.cleaned_data["page"]
    try:
        verb(commission_id=row.pk, by=by, at=at, **given)
    except LantoaError as refusal:
        form.add_error(None, str(refusal))
        return form, ""
    return form, str(done)
