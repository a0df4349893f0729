"""The broadcast pages of the desk."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lantoa.approvals.selectors import approval_of
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.outreach import services
from lantoa.outreach.before_release import ForecastPage
from lantoa.outreach.enums import BroadcastState
from lantoa.outreach.forms import BroadcastForm, ScheduleForm
from lantoa.outreach.models import Broadcast, Message, MessageVersion
from lantoa.outreach.outlooks import label_of
from lantoa.outreach.rules import PREPARE, RELEASE, VIEW
from lantoa.outreach.selectors.watching import Missed, lines, masked_rows, missed_rows
from lantoa.outreach.showing import BroadcastPage, chip_of
from lantoa.territory.selectors import names_on

A_PAGE = 30


def own_broadcast(request: StaffRequest, pk: int) -> Broadcast:
    """A broadcast this person may see; 404 for others."""
    rows = Broadcast.objects.visible_to(request.user).select_related(
        "version__message", "parent", "released_by", "purse"
    )
    found: Broadcast = get_object_or_404(rows, pk=pk)
    return found


def shown_page(request: StaffRequest, pk: int) -> BroadcastPage:
    """A broadcast's page, before or after it went out; 404 beyond one's units."""
    row, asked = own_broadcast(request, pk), request.GET
    if row.audience_count is None:
        return ForecastPage(row, request.user, at=now())
    on_plan_map = asked.get("bando") == "2022"
    return BroadcastPage(row, request.user, at=now(), all_units=bool(asked.get("xa")), on_plan_map=on_plan_map)


def released_page(request: StaffRequest, pk: int) -> BroadcastPage:
    """A released broadcast's page; 404 before."""
    page = shown_page(request, pk)
    if not page.released:
        raise Http404
    return page


def _draft_page(request: StaffRequest, pk: int) -> ForecastPage | None:
    """The page of a broadcast that has not gone out; None when it has."""
    page = shown_page(request, pk)
    return page if isinstance(page, ForecastPage) else None


def attempt(request: StaffRequest, act: Callable[[], Any], words: str) -> bool:
    """Do it and say so; a refusal is said in its own words."""
    try:
        act()
    except LantoaError as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, words)
    return True


@desk_view(VIEW)
def broadcast_list(request: StaffRequest) -> HttpResponse:
    """Every broadcast of one's units, the newest first."""
    rows = Broadcast.objects.visible_to(request.user).select_related("version__message")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    shown = [{"line": line, "chip": chip_of(line.broadcast)} for line in lines(list(page.object_list))]
    return render(request, "outreach/list.html", {"page": page, "rows": shown, "ready": _unsent(_ready(request))[:6]})


def _ready(request: StaffRequest) -> list[MessageVersion]:
    """Approved versions that are still their message's text, for a new broadcast."""
    rows = Message.objects.visible_to(request.user).order_by("-edited_at")[:60]
    versions = MessageVersion.objects.filter(message__in=[row.pk for row in rows]).select_related("message")
    current = [one for one in versions if one.sha256 == one.message.sha256]
    return [one for one in current if approval_of(one.message.subject, one.sha256)]


def _unsent(versions: list[MessageVersion]) -> list[MessageVersion]:
    """Those that no broadcast carries yet."""
    carried = Broadcast.objects.filter(version__in=versions).exclude(state=BroadcastState.CANCELLED)
    sent = set(carried.values_list("version_id", flat=True))
    return [one for one in versions if one.pk not in sent]


@desk_view(PREPARE)
def broadcast_new(request: StaffRequest) -> HttpResponse:
    """Choose an approved message, then to whom and how."""
    messages_mine = Message.objects.visible_to(request.user)
    chosen = request.GET.get("tin", "")
    if not chosen.isdecimal():
        return render(request, "outreach/choose.html", {"versions": _ready(request)})
    message = get_object_or_404(messages_mine, pk=int(chosen))
    version = get_object_or_404(message.versions, sha256=message.sha256)
    form = BroadcastForm(request.POST or None, user=request.user, version=version)
    tried = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("chi-phi"):
            tried = ForecastPage(form.tried(at=now()), request.user, at=now())
        elif made := _prepared(request, form):
            return redirect("outreach:broadcast", made.pk)
    return render(request, "outreach/new.html", {"form": form, "version": version, "tried": tried})


def _prepared(request: StaffRequest, form: BroadcastForm) -> Broadcast | None:
    """The broadcast asked for; None when it was refused, which the form then says."""
    at = now()
    try:
        return services.prepare(version=form.version, plan=form.plan(at=at), by=request.user, at=at)
    except LantoaError as refusal:
        form.add_error(None, str(refusal))
        return None


@desk_view(VIEW)
def broadcast(request: StaffRequest, pk: int) -> HttpResponse:
    """One broadcast: what it would do, or what became of everybody."""
    page = shown_page(request, pk)
    live_part = bool(request.GET.get("song"))
    template = "outreach/live.html" if live_part else "outreach/broadcast.html"
    response = render(request, template, {"page": page, "row": page.row, "live_part": live_part})
    if live_part and not page.live:
        response.headers["HX-Refresh"] = "true"  # it has come to rest: the whole page, its state and buttons too
    return response


@desk_view(RELEASE)
def broadcast_release(request: StaffRequest, pk: int) -> HttpResponse:
    """The last look before the red button, and the release itself."""
    if request.method == "POST":
        act = partial(services.release, broadcast=own_broadcast(request, pk), by=request.user, at=now())
        attempt(request, act, _("Released. Everybody and every outlet has one place in the ledger."))
        return redirect("outreach:broadcast", pk)
    page = _draft_page(request, pk)
    if page is None or not page.may_release:
        return redirect("outreach:broadcast", pk)
    return render(request, "outreach/release.html", {"page": page, "row": page.row})


@desk_view(RELEASE)
def broadcast_schedule(request: StaffRequest, pk: int) -> HttpResponse:
    """Set the hour at which it goes out by itself."""
    page = _draft_page(request, pk)
    if page is not None and not page.may_release:
        return redirect("outreach:broadcast", pk)
    if page is None or page.row.state != BroadcastState.APPROVED or page.too_few:
        messages.info(request, _("Only an approved broadcast that has not gone out can be scheduled."))
        return redirect("outreach:broadcast", pk)
    form = ScheduleForm(request.POST or None, row=page.row, at=page.at)
    if request.method == "POST" and form.is_valid():
        send_at = page.start = form.cleaned_data["send_at"]
        act = partial(services.schedule, broadcast=page.row, send_at=send_at, by=request.user, at=page.at)
        if attempt(request, act, _("It goes out by itself at that hour, in your name.")):
            return redirect("outreach:broadcast", pk)
    return render(request, "outreach/schedule.html", {"page": page, "row": page.row, "form": form})


@desk_view(RELEASE)
@require_POST
def broadcast_unschedule(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the hour back."""
    act = partial(services.unschedule, broadcast=own_broadcast(request, pk), by=request.user, at=now())
    attempt(request, act, _("The hour is taken back. It waits for a person."))
    return redirect("outreach:broadcast", pk)


@desk_view(RELEASE)
@require_POST
def broadcast_pause(request: StaffRequest, pk: int) -> HttpResponse:
    """Pause."""
    act = partial(services.pause, broadcast=own_broadcast(request, pk), by=request.user, at=now())
    attempt(request, act, _("Paused. What is on the wire comes home; nothing more goes out."))
    return redirect("outreach:broadcast", pk)


@desk_view(RELEASE)
@require_POST
def broadcast_resume(request: StaffRequest, pk: int) -> HttpResponse:
    """Run on."""
    act = partial(services.resume, broadcast=own_broadcast(request, pk), by=request.user, at=now())
    attempt(request, act, _("It runs on."))
    return redirect("outreach:broadcast", pk)


@desk_view(RELEASE)
def broadcast_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what stopping means, then stop for good."""
    page = shown_page(request, pk)
    if request.method == "POST":
        act = partial(services.cancel, broadcast=page.row, by=request.user, at=now())
        attempt(request, act, _("Stopped. Whoever was waiting is counted as not sent to."))
        return redirect("outreach:broadcast", pk)
    return render(request, "outreach/cancel.html", {"page": page, "row": page.row})


@desk_view(RELEASE)
@require_POST
def broadcast_retry(request: StaffRequest, pk: int) -> HttpResponse:
    """Try again those that failed although their address is good."""
    act = partial(services.retry_failed, broadcast=own_broadcast(request, pk), by=request.user, at=now())
    attempt(request, act, _("They are due again."))
    return redirect("outreach:broadcast", pk)


@desk_view(RELEASE)
def broadcast_again(request: StaffRequest, pk: int) -> HttpResponse:
    """Reach the missed over another channel: the count first, then the button."""
    page = released_page(request, pk)
    option = next((one for one in page.again if one["kind"] == request.GET.get("kenh")), None)
    if option is None:
        messages.info(request, _("Nobody of those missed can be reached there now."))
        return redirect("outreach:broadcast", pk)
    if request.method == "POST":
        return _reach(request, page.row, option["kind"], at=now())
    shown = {"page": page, "row": page.row, "option": option, "found": page.again_outlook(option)}
    return render(request, "outreach/again.html", shown)


def _reach(request: StaffRequest, row: Broadcast, kind: str, *, at: datetime) -> HttpResponse:
    try:
        child = services.reach_missed(
            broadcast=row, channels=[kind], by=request.user, at=at, expires_at=at + timedelta(days=3)
        )
    except LantoaError as refusal:
        messages.error(request, str(refusal))
        return redirect("outreach:broadcast", row.pk)
    count = child.audience_count or 0
    words = ngettext("Released to %(n)s person who was missed.", "Released to %(n)s people who were missed.", count)
    messages.success(request, words % {"n": count})
    return redirect("outreach:broadcast", child.pk)


@desk_view(VIEW)
def broadcast_missed(request: StaffRequest, pk: int) -> HttpResponse:
    """Who was missed and why, by place; addresses masked, no names. Of a sensitive audience only figures by unit."""
    shown = released_page(request, pk)
    if shown.sensitive:
        return render(
            request, "outreach/missed_figures.html", {"row": shown.row, "table": shown.units, "lines": shown.told_lines}
        )
    unit = request.GET.get("xa", "")
    found = missed_rows(shown.row, unit_id=int(unit) if unit.isdecimal() and len(unit) < 19 else None)
    page = Paginator(found, 100).get_page(request.GET.get("page"))
    rows = _placed(masked_rows(list(page.object_list)), shown.recorded)
    return render(request, "outreach/missed.html", {"row": shown.row, "page": page, "rows": rows, "unit": unit})


def _placed(people: list[Missed], day: date) -> list[dict[str, Any]]:
    """These people with the names of their places."""
    places = [*{one.unit_id for one in people}, *{one.hamlet_id for one in people if one.hamlet_id}]
    names = names_on(places, day)
    return [
        {"person": one, "unit": names.get(one.unit_id, ""), "hamlet": names.get(one.hamlet_id or 0, ""),
         "channel": label_of(one.channel)} for one in people
    ]  # fmt: skip
