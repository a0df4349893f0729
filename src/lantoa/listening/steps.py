"""The steps a case page offers: one form and one verb each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import Person
from lantoa.listening import rules, selectors, services
from lantoa.listening.enums import ALLOWED, Happening, Status
from lantoa.listening.forms import (
    AnswerForm,
    NoteForm,
    PublishForm,
    ReferForm,
    ReopenForm,
    RouteForm,
    is_feedback,
    publish_draft,
)
from lantoa.listening.models import Case


@dataclass(frozen=True, slots=True)
class Step:
    """One thing staff may do with a case: its words, its form, the verb, the right it takes."""

    happening: Happening
    icon: str
    title: str | Promise
    label: str | Promise
    done: str | Promise
    form: type[forms.Form]
    verb: Callable[..., object]
    right: str


STEPS = {
    "answer": Step(
        Happening.ANSWERED, "reply", _("Answer the citizen"), _("Send the answer"),
        _("Answered. The citizen can read it now."), AnswerForm, services.answer_case, rules.ANSWER,
    ),
    "refer": Step(
        Happening.REFERRED, "shield", _("Complaint or denunciation?"), _("Refer it"),
        _("Referred. The citizen is told where it went."), ReferForm, services.refer_out, rules.ANSWER,
    ),
    "publish": Step(
        Happening.PUBLISHED, "globe", _("Publish question and answer"), _("See it as the public will"),
        _("Published. The portal shows it without names."), PublishForm, services.publish_answer, rules.PUBLISH,
    ),
    "route": Step(
        Happening.ROUTED, "arrow-right", _("Pass to another agency"), _("Pass it on"),
        _("Passed on. The clock keeps running."), RouteForm, services.route_case, rules.ROUTE,
    ),
    "note": Step(
        Happening.NOTED, "edit", _("Note for colleagues"), _("Keep the note"), _("Note kept."),
        NoteForm, services.add_note, rules.ANSWER,
    ),
    "reopen": Step(
        Happening.REOPENED, "retry", _("Reopen the case"), _("Reopen the case"),
        _("Open again, with a fresh clock."), ReopenForm, services.reopen_case, rules.ANSWER,
    ),
}  # fmt: skip
"""The steps by the name in their address, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A step as the page shows it: `main` stands open and solid, the others wait folded; `again` adds to an answer."""

    key: str
    step: Step
    form: forms.Form
    main: bool
    again: bool = False


def offers(user: Person, case: Case, *, at: datetime, bound: dict[str, forms.Form]) -> list[Offer]:
    """The steps open to this user on a case read `with_state()`.

    `bound` holds a form that was refused: it is shown although its step may have closed meanwhile, because somebody
    wrote in it.
    """
    status = case.status
    possible = [
        key for key in STEPS if STEPS[key].happening in ALLOWED[status] and (key != "answer" or is_feedback(case))
    ]
    granted = {right: rules.may(user, right, case, at=at) for right in {STEPS[key].right for key in possible}}
    open_keys = [key for key in possible if granted[STEPS[key].right]]
    main = {Status.WAITING: "answer" if is_feedback(case) else "refer", Status.ANSWERED: "publish"}.get(status)
    return [
        Offer(
            key,
            STEPS[key],
            bound.get(key) or form_for(user, case, key, at=at),
            main=key == main or key in bound,
            again=key == "answer" and status == Status.ANSWERED,
        )
        for key in STEPS
        if key in open_keys or key in bound
    ]


def form_for(user: Person, case: Case, key: str, *, at: datetime, data: Any = None) -> forms.Form:
    """The form of one step, empty or filled with what was sent."""
    more: dict[str, Any] = {}
    if key == "publish":
        more["initial"] = publish_draft(case)
    if key == "refer" and not is_feedback(case):
        more["initial"] = {"matter": case.matter}
    if key == "route":
        more["agencies"] = selectors.agencies_within_reach(user, case, at=at)
    return STEPS[key].form(data, auto_id=f"{key}_%s", **more)
