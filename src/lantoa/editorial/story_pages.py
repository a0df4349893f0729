"""What the list of stories and one story's page show."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.models import Page

from lantoa.agencies import selectors as agencies
from lantoa.editorial.enums import Stage
from lantoa.editorial.forms import EmbargoForm, LiftForm
from lantoa.editorial.selectors.commissions import whom_of
from lantoa.editorial.selectors.stories import PAGE, Story, stories
from lantoa.editorial.showing import STAGES
from lantoa.kernel.access import allowed
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User
from lantoa.newsroom import bars, checks
from lantoa.newsroom import services as newsroom
from lantoa.newsroom.rules import LIFT, PUBLISH
from lantoa.newsroom.selectors import embargo_of
from lantoa.territory import selectors as territory
from lantoa.ui.templatetags.ui import vn_datetime

type Context = dict[str, Any]

STEPS = {"cam-van": EmbargoForm, "bo-cam-van": LiftForm, "dang": forms.Form}


def tabs(counted: Mapping[str, int], asked: QueryDict) -> list[Context]:
    """One tab a stage, with how many stand there; the rest of the filter stays."""
    kept = asked.copy()
    kept.pop("page", None)
    current = kept.pop("giai-doan", [""])[0]
    every = [("", pgettext("stories", "All"), sum(counted.values()))]
    every += [(stage.value, str(stage.label), counted[stage]) for stage in Stage]
    found = []
    for key, label, count in every:
        query = kept.copy()
        if key:
            query["giai-doan"] = key
        found.append({"label": label, "url": f"?{query.urlencode()}", "current": current == key, "count": count})
    return found


def lines(found: Iterable[Story], *, at: datetime) -> list[Context]:
    """The rows of the list in words; two queries for names."""
    listed, day = list(found), timezone.localdate(at)
    units = territory.names_on({one.unit_id for one in listed if one.unit_id}, day)
    homes = {one.commission.for_agency_id for one in listed if one.commission and one.commission.for_agency_id}
    names = agencies.names_on(homes, day)
    return [_line(one, units, names) for one in listed]


def _line(one: Story, units: Mapping[int, str], names: Mapping[int, str]) -> Context:
    tone, icon = STAGES[Stage(one.stage)]
    ordered = whom_of(one.commission, names) if one.commission else ""
    page = one.page
    return {
        "story": one, "title": page.get_admin_display_title() if page else str(one.commission),
        "language": page.locale.language_code if page else settings.LANGUAGE_CODE,
        "url": reverse("editorial:story", args=[page.pk]) if page
        else reverse("editorial:commission", args=[one.commission.pk if one.commission else 0]),
        "kind": page.page_type_display_name if page else one.commission.get_kind_display() if one.commission else "",
        "who": (page.owner if page else None) or ordered, "ordered": ordered,
        "unit": units.get(one.unit_id or 0, ""), "notes": notes(one),
        "chip": {"label": Stage(one.stage).label, "tone": tone, "icon": icon},
    }  # fmt: skip


def notes(one: Story) -> list[str]:
    """What holds it, or until when something is due."""
    said = []
    if one.embargo:
        said.append(_("Embargo until %(until)s") % {"until": vn_datetime(one.embargo)})
    if one.bundle:
        said.append(_("In the bundle “%(name)s”") % {"name": one.bundle.name})
    if one.hour and one.hour != one.embargo:
        said.append(_("Goes out at %(hour)s") % {"hour": vn_datetime(one.hour)})
    if one.stage == Stage.WAITING and one.reading:
        said.append(one.reading)
    if one.due_at:
        said.append(_("Before %(moment)s") % {"moment": vn_datetime(one.due_at)})
    return said


def story(page: Page, user: User, *, at: datetime, bound: Mapping[str, forms.Form] | None = None) -> Context:
    """One story: its line, its embargoes, and the forms of what may be done now."""
    one = stories([(PAGE, page.pk, at)], at=at)[0]
    bound, line = bound or {}, lines([one], at=at)[0]
    embargo = embargo_of(page.pk, at=at)
    may_lift = embargo is not None and (embargo.set_by_id == user.pk or allowed(user, LIFT, unit_id=one.unit_id, at=at))
    held = one.stage == Stage.HELD
    barred = bars.why_barred(page.pk) or (_turned(page, at) if held else "")
    return {
        "page_": page, "line": line, "embargo": embargo, "held": held, "barred": barred,
        "embargoes": page.embargoes.select_related("set_by", "lifted_by"),
        "set_form": None if embargo or one.stage in (Stage.LIVE, Stage.CORRECTED)
        else bound.get("cam-van") or EmbargoForm(),
        "lift_form": (bound.get("bo-cam-van") or LiftForm()) if may_lift else None,
        "may_publish": held and not barred and not embargo and not one.bundle and not one.hour
        and allowed(user, PUBLISH, unit_id=one.unit_id, at=at),
        "failed": next(iter(bound.values()), None), "open": set(bound),
    }  # fmt: skip


def _turned(page: Page, at: datetime) -> str:
    """Which law it cites is over when it goes out, and which link has lost its page."""
    newest = page.get_latest_revision_as_object()
    return " ".join(map(str, checks.turned(newest, on=timezone.localdate(at))))


def take_step(step: str, page: Page, data: QueryDict, *, by: User, at: datetime) -> tuple[forms.Form, bool]:
    """Check what was typed and do it; whether something is wrong."""
    form = STEPS[step](data)
    if not form.is_valid():
        return form, True
    try:
        if step == "cam-van":
            newsroom.set_embargo(page=page, by=by, at=at, **form.cleaned_data)
        elif step == "dang":
            newsroom.let_out(page=page, by=by, at=at)
        elif (running := embargo_of(page.pk, at=at)) is not None:
            newsroom.lift_embargo(embargo_id=running.pk, by=by, at=at, reason=form.cleaned_data["reason"])
    except LantoaError as refusal:
        form.add_error(None, str(refusal))
        return form, True
    return form, False
