"""The pages of what is sent by the calendar: series, their issues, triggers and their events."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.kernel.access import allowed
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.outreach.forms import own_agency
from lantoa.outreach.models import Message, Reminder, Series, SeriesIssue, Trigger, TriggerOccasion
from lantoa.outreach.rules import PREPARE, RELEASE, VIEW, WRITE
from lantoa.outreach.selectors.series import Planned, coming, issues, reminders, series_of, triggers_of
from lantoa.outreach.series_enums import OPEN, TriggerKind
from lantoa.outreach.series_forms import (
    AttachForm,
    MomentForm,
    MomentTriggerForm,
    OccasionForm,
    OrderForm,
    PageTriggerForm,
    SeriesForm,
)
from lantoa.outreach.series_showing import (
    OccasionLine,
    Sending,
    past,
    rights,
    rule_words,
    running_chip,
    series_facts,
    trigger_facts,
)
from lantoa.outreach.services import issues as sending_services
from lantoa.outreach.services import series as series_services
from lantoa.outreach.services import triggers as trigger_services

A_PAGE = 20
SHOWN_AHEAD = timedelta(days=45)
LIST, ONE, SENDING = "outreach:series:list", "outreach:series:one", "outreach:series:sending"
TRIGGER, TRIGGERS = "outreach:series:trigger", "outreach:series:triggers"


def _done(request: StaffRequest, act: Callable[[], Any], words: str) -> Any:
    """Do it and say so; a refusal is said in its own words and gives None."""
    try:
        made = act()
    except LantoaError as refusal:
        messages.error(request, str(refusal))
        return None
    messages.success(request, words)
    return made or True


def _added(form: Any, act: Callable[[], Any]) -> Any:
    """Do what a form asked for; a refusal stands on the form."""
    try:
        return act()
    except LantoaError as refusal:
        form.add_error(None, str(refusal))
        return None


@desk_view(VIEW)
def series_list(request: StaffRequest) -> HttpResponse:
    """What goes out next, and the series it belongs to."""
    at = now()
    ahead = [Sending(row, request.user, at=at) for row in coming(request.user, until=at + SHOWN_AHEAD)]
    rows = [{"row": row, "words": rule_words(row), "chip": running_chip(row)} for row in series_of(request.user)]
    may_prepare = allowed(request.user, PREPARE, at=at)
    return render(request, "outreach/series_list.html", {"ahead": ahead, "rows": rows, "may_prepare": may_prepare})


@desk_view(PREPARE)
def series_new(request: StaffRequest) -> HttpResponse:
    """Set up a series."""
    form, place = SeriesForm(request.POST or None, user=request.user), own_agency(request.user)
    if place is None:
        return _nobody(request, LIST)
    if request.method == "POST" and form.is_valid():
        create = partial(series_services.create_series, agency_id=place[0], unit_id=place[1], by=request.user, at=now())
        made = _added(form, lambda: create(schedule=form.schedule()))
        if made:
            return redirect(ONE, made.pk)
    return render(request, "outreach/series_form.html", {"form": form, "series": None})


def _nobody(request: StaffRequest, back: str) -> HttpResponse:
    messages.error(request, _("You hold no post at an agency today, so there is nobody to write for."))
    return redirect(back)


def _series(request: StaffRequest, pk: int) -> Series:
    found: Series = get_object_or_404(series_of(request.user), pk=pk)
    return found


@desk_view(PREPARE)
def series_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a series; its planned issues move along."""
    row, at = _series(request, pk), now()
    known = {name: getattr(row, name) for name in SeriesForm.base_fields if name != "segment"}
    form = SeriesForm(request.POST or None, user=request.user, initial=known | {"segment": row.segment_id})
    if request.method == "POST" and form.is_valid():
        change = partial(series_services.change_series, series=row, by=request.user, at=at)
        if _added(form, lambda: change(schedule=form.schedule())):
            messages.success(request, _("Changed. Issues already planned keep their words and stand on the new days."))
            return redirect(ONE, pk)
    return render(request, "outreach/series_form.html", {"form": form, "series": row})


@desk_view(VIEW)
def series_one(request: StaffRequest, pk: int) -> HttpResponse:
    """One series: what comes and what it needs, what went out and what became of it."""
    row, at = _series(request, pk), now()
    ahead = [Sending(one, request.user, at=at) for one in issues().filter(series=row).open()]
    gone = issues().filter(series=row).exclude(state__in=OPEN).order_by("-due")
    page = Paginator(gone, A_PAGE).get_page(request.GET.get("page"))
    shown: dict[str, Any] = {"series": row, "chip": running_chip(row), "words": rule_words(row), "ahead": ahead}
    shown |= {"page": page, "past": past(list(page.object_list), request.user, at=at), "facts": series_facts(row)}
    return render(request, "outreach/series_one.html", shown | rights(request.user, row))


@desk_view(RELEASE)
@require_POST
def series_start(request: StaffRequest, pk: int) -> HttpResponse:
    """Let it run in one's own name."""
    act = partial(series_services.start_series, series=_series(request, pk), by=request.user, at=now())
    _done(request, act, _("It runs. Every issue goes out in your name once its words are approved."))
    return redirect(ONE, pk)


@desk_view(PREPARE)
@require_POST
def series_pause(request: StaffRequest, pk: int) -> HttpResponse:
    """Let it stand still."""
    act = partial(series_services.pause_series, series=_series(request, pk), by=request.user, at=now())
    _done(request, act, _("It stands still. No issue goes out until it is started again."))
    return redirect(ONE, pk)


def _planned(request: StaffRequest, kind: str, pk: int) -> Planned:
    """An issue or a reminder this person may see; 404 for others."""
    if kind == "ky":
        mine = issues().filter(pk__in=SeriesIssue.objects.visible_to(request.user).values("pk"))
        return get_object_or_404(mine, pk=pk)
    ours = reminders().filter(pk__in=Reminder.objects.visible_to(request.user).values("pk"))
    return get_object_or_404(ours, pk=pk)


@desk_view(VIEW)
def sending(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """One issue or reminder: what it needs, and the one thing to do next."""
    page = Sending(_planned(request, kind, pk), request.user, at=now())
    form = AttachForm(initial={"message": page.row.message_id}, choices=page.choices() if page.row.is_open else ())
    figures = past([page.row], request.user, at=now())[0].states
    return render(
        request, "outreach/series_sending.html",
        {"page": page, "row": page.row, "order": page.order, "form": form, "states": figures, "kind": kind},
    )  # fmt: skip


@desk_view(WRITE)
@require_POST
def sending_write(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """Begin its text."""
    act = partial(sending_services.begin_text, issue=_planned(request, kind, pk), by=request.user, at=now())
    made = _done(request, act, _("Write its words here, then send them for approval."))
    return redirect("messages:compose", made.pk) if isinstance(made, Message) else redirect(SENDING, kind, pk)


@desk_view(PREPARE)
@require_POST
def sending_attach(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """Give it one of the messages written already, or none."""
    row = _planned(request, kind, pk)
    page = Sending(row, request.user, at=now())
    form = AttachForm(request.POST, choices=page.choices())
    if form.is_valid():
        text = next((one for one in page.choices() if one.pk == form.cleaned_data["message"]), None)
        act = partial(sending_services.attach_text, issue=row, message=text, by=request.user, at=now())
        _done(request, act, _("Kept. It goes out only in exactly the words that are approved."))
    return redirect(SENDING, kind, pk)


@desk_view(RELEASE)
@require_POST
def sending_name(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """Have it go out in one's own name."""
    act = partial(sending_services.put_name, issue=_planned(request, kind, pk), by=request.user, at=now())
    _done(request, act, _("It goes out in your name, if your post still allows it at that hour."))
    return redirect(SENDING, kind, pk)


@desk_view(PREPARE)
@require_POST
def sending_leave(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """Leave this one out."""
    act = partial(sending_services.leave_out, issue=_planned(request, kind, pk), by=request.user, at=now())
    _done(request, act, _("Left out. The others go on."))
    return redirect(SENDING, kind, pk)


@desk_view(VIEW)
def trigger_list(request: StaffRequest) -> HttpResponse:
    """Every trigger of one's units."""
    rows = [{"row": row, "facts": trigger_facts(row), "chip": running_chip(row)} for row in triggers_of(request.user)]
    return render(
        request, "outreach/series_triggers.html", {"rows": rows, "may_prepare": allowed(request.user, PREPARE)}
    )


@desk_view(PREPARE)
def trigger_new(request: StaffRequest) -> HttpResponse:
    """Set up a trigger: by a page, or (`?loai=nhac`) before a moment."""
    moment = request.GET.get("loai") == "nhac"
    kind: type[OrderForm] = MomentTriggerForm if moment else PageTriggerForm
    form, place = kind(request.POST or None, user=request.user), own_agency(request.user)
    if place is None:
        return _nobody(request, TRIGGERS)
    if request.method == "POST" and form.is_valid():
        create = partial(trigger_services.create_trigger, agency_id=place[0], unit_id=place[1], by=request.user)
        made = _added(form, lambda: create(terms=form.terms(), at=now()))  # type: ignore[attr-defined]
        if made:
            return redirect(TRIGGER, made.pk)
    return render(request, "outreach/series_trigger_form.html", {"form": form, "moment": moment})


def _trigger(request: StaffRequest, pk: int) -> Trigger:
    found: Trigger = get_object_or_404(triggers_of(request.user), pk=pk)
    return found


def _entered(request: StaffRequest, row: Trigger, form: OccasionForm, *, at: datetime) -> bool:
    given = {"title": form.cleaned_data["title"], "moment": form.moment}
    add = partial(trigger_services.add_occasion, trigger=row, by=request.user, at=at, **given)
    made = _added(form, add)
    if made:
        messages.success(request, _("Entered. Its reminders are planned; see what each still needs."))
    return bool(made)


@desk_view(VIEW)
def trigger_one(request: StaffRequest, pk: int) -> HttpResponse:
    """One trigger with its pages or events; an event is entered here."""
    row, at = _trigger(request, pk), now()
    form = OccasionForm(request.POST or None) if row.kind == TriggerKind.MOMENT else None
    if request.method == "POST" and form is not None and form.is_valid() and _entered(request, row, form, at=at):
        return redirect(TRIGGER, pk)
    page = Paginator(row.occasions.select_related("message", "broadcast"), A_PAGE).get_page(request.GET.get("page"))
    shown = [OccasionLine(one, request.user, at=at) for one in page.object_list]
    facts = {"trigger": row, "chip": running_chip(row), "facts": trigger_facts(row), "form": form}
    facts |= rights(request.user, row)
    return render(request, "outreach/series_trigger.html", facts | {"page": page, "rows": shown})


@desk_view(PREPARE)
@require_POST
def trigger_start(request: StaffRequest, pk: int) -> HttpResponse:
    """Let it act in one's own name."""
    act = partial(trigger_services.start_trigger, trigger=_trigger(request, pk), by=request.user, at=now())
    _done(request, act, _("It runs, in your name."))
    return redirect(TRIGGER, pk)


@desk_view(PREPARE)
@require_POST
def trigger_pause(request: StaffRequest, pk: int) -> HttpResponse:
    """Let it stand still."""
    act = partial(trigger_services.pause_trigger, trigger=_trigger(request, pk), by=request.user, at=now())
    _done(request, act, _("It stands still."))
    return redirect(TRIGGER, pk)


def _occasion(request: StaffRequest, pk: int) -> TriggerOccasion:
    rows = TriggerOccasion.objects.filter(trigger__in=Trigger.objects.visible_to(request.user).values("pk"))
    return get_object_or_404(rows.select_related("trigger", "message", "broadcast"), pk=pk)


@desk_view(PREPARE)
def occasion_move(request: StaffRequest, pk: int) -> HttpResponse:
    """An event takes place at another moment."""
    row, at = _occasion(request, pk), now()
    form = MomentForm(request.POST or None, initial=_parts(row.moment))
    if request.method == "POST" and form.is_valid():
        move = partial(trigger_services.move_occasion, occasion=row, by=request.user, at=at)
        if _added(form, lambda: move(moment=form.moment)):
            messages.success(request, _("Moved, with its reminders. Do their words still tell the right hour?"))
            return redirect(TRIGGER, row.trigger_id)
    return render(request, "outreach/series_occasion.html", {"form": form, "row": row})


def _parts(moment: datetime | None) -> dict[str, Any]:
    return {"day": timezone.localtime(moment).date(), "hour": timezone.localtime(moment).time()} if moment else {}


@desk_view(PREPARE)
@require_POST
def occasion_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Call it off, or put a page aside."""
    row = _occasion(request, pk)
    act = partial(trigger_services.cancel_occasion, occasion=row, by=request.user, at=now())
    _done(request, act, _("Done. What has not gone out never will."))
    return redirect(TRIGGER, row.trigger_id)


@desk_view(WRITE)
@require_POST
def occasion_write(request: StaffRequest, pk: int) -> HttpResponse:
    """Write a page's draft."""
    row = _occasion(request, pk)
    act = partial(trigger_services.write_occasion, occasion=row, by=request.user, at=now())
    made = _done(request, act, _("Here is the page in the form of each channel. Shorten it, then ask for approval."))
    return redirect("messages:compose", made.pk) if isinstance(made, Message) else redirect(TRIGGER, row.trigger_id)


@desk_view(PREPARE)
@require_POST
def occasion_prepare(request: StaffRequest, pk: int) -> HttpResponse:
    """Make the broadcast of a page's approved message."""
    row = _occasion(request, pk)
    act = partial(trigger_services.prepare_occasion, occasion=row, by=request.user, at=now())
    made = _done(request, act, _("Prepared. Nobody has got it yet: look through it, then release it."))
    return redirect(TRIGGER, row.trigger_id) if made is None else redirect("outreach:broadcast", made.pk)
