"""Pages of reports: choose, read, keep, word, submit, take away."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.agencies.selectors import main_post
from lantoa.kernel.access import allowed, require
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now, today
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.text import slugify
from lantoa.reporting import rules, selectors, services
from lantoa.reporting.exporting import csv_lines
from lantoa.reporting.figures import Figures, from_json
from lantoa.reporting.forms import NarrativeForm, PeriodForm
from lantoa.reporting.models import ReportVersion
from lantoa.reporting.periods import Period
from lantoa.reporting.presentation import page_facts, version_rows

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@desk_view(rules.VIEW)
def report_list(request: StaffRequest) -> HttpResponse:
    """Kept reports, and the way to any other: an agency and a period."""
    chosen = request.GET if "agency" in request.GET else None
    offered, post = selectors.agencies_for(request.user, today()), main_post(request.user, today())
    form = PeriodForm(chosen, agencies=offered, own=post.agency_id if post else None, today=today())
    if form.is_valid():
        days: Period = form.cleaned_data["days"]
        return redirect("reporting:report", form.cleaned_data["agency"], days.start, days.end)
    context = {"form": form, "rows": selectors.kept_reports(request.user)}
    return render(request, "reporting/list.html", context, status=422 if form.errors else 200)


@desk_view(rules.VIEW)
def report(request: StaffRequest, agency_id: int, start: date, end: date) -> HttpResponse:
    """The figures as they are counted now, beside the versions kept."""
    try:
        live = _counted(request, agency_id, start, end)
    except LantoaError as refusal:
        return _back(request, refusal)
    return render(request, "reporting/report.html", _context(request, live, live=live))


@require_POST
@desk_view(rules.WRITE)
def keep(request: StaffRequest, agency_id: int, start: date, end: date) -> HttpResponse:
    """Keep the figures of now as a version."""
    try:
        version = services.make_version(agency_id, start, end, by=request.user, at=now())
    except LantoaError as refusal:
        return _back(request, refusal)
    messages.success(request, _("Kept as version %(number)d.") % {"number": version.number})
    return redirect("reporting:version", version.pk)


@desk_view(rules.VIEW)
def version(request: StaffRequest, pk: int) -> HttpResponse:
    """A kept version, exactly as it was kept, and whether the figures have moved since."""
    return _version_page(request, _version(request, pk))


@require_POST
@desk_view(rules.WRITE)
def write(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep the reporter's words; with the button "submit", submit the version too."""
    kept, form = _version(request, pk), NarrativeForm(request.POST)
    if not form.is_valid():
        return _version_page(request, kept, form)
    try:
        _write(request, kept, form)
    except LantoaError as refusal:
        form.add_error(None, str(refusal))
        return _version_page(request, kept, form)
    return redirect("reporting:version", pk)


@desk_view(rules.VIEW)
def document(request: StaffRequest, pk: int) -> HttpResponse:
    """The official Word document of a version."""
    kept = _version(request, pk)
    name = f"{_filename(from_json(kept.data))}-{kept.number}.docx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(services.write_document(kept.pk), content_type=WORD, headers=headers)


@desk_view(rules.VIEW)
def version_csv(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The figures of a version as a table."""
    return _table(from_json(_version(request, pk).data))


@desk_view(rules.VIEW)
def live_csv(request: StaffRequest, agency_id: int, start: date, end: date) -> HttpResponseBase:
    """The figures of now as a table."""
    try:
        return _table(_counted(request, agency_id, start, end))
    except LantoaError as refusal:
        return _back(request, refusal)


def _counted(request: StaffRequest, agency_id: int, start: date, end: date) -> Figures:
    if end < start:
        raise rules.ReportingError(_("The last day comes before the first. Change one of them."))
    period = Period(start, end)
    require(request.user, rules.VIEW, unit_id=selectors.agency_in(agency_id, period).unit_id)
    return selectors.figures(agency_id, period, now())


def _version(request: StaffRequest, pk: int) -> ReportVersion:
    seen = ReportVersion.objects.visible_to(request.user).select_related("report", "made_by", "submitted_by")
    return get_object_or_404(seen, pk=pk)


def _version_page(request: StaffRequest, kept: ReportVersion, form: NarrativeForm | None = None) -> HttpResponse:
    fixed = from_json(kept.data)
    live = selectors.figures(fixed.agency_id, fixed.period, now())
    context = _context(request, fixed, live=live, shown=kept)
    open_to_change = context["may_write"] and kept.submitted_at is None and kept.number == context["newest"].number
    if open_to_change:
        words = ("results", "difficulties", "proposals", "document_number")
        context["form"] = form or NarrativeForm(initial={name: getattr(kept, name) for name in words})
    return render(request, "reporting/report.html", context, status=422 if form and form.errors else 200)


def _context(
    request: StaffRequest, shown_figures: Figures, *, live: Figures, shown: ReportVersion | None = None
) -> dict[str, Any]:
    versions = selectors.versions_of(live.agency_id, live.period)
    newest = versions[0] if versions else None
    return {
        **page_facts(shown_figures),
        "shown": shown,
        "newest": newest,
        "versions": version_rows(versions, shown),
        "next_number": newest.number + 1 if newest else 1,
        "stale": newest is not None and selectors.changed_since(newest, live),
        "running": live.end >= today(),
        "may_write": allowed(request.user, rules.WRITE, unit_id=live.unit_id),
    }


def _write(request: StaffRequest, kept: ReportVersion, form: NarrativeForm) -> None:
    number = form.cleaned_data["document_number"]
    services.word_draft(
        version_id=kept.pk, narrative=form.narrative(), document_number=number, by=request.user, at=now()
    )
    if "submit" in request.POST:
        services.submit(version_id=kept.pk, by=request.user, at=now())
        messages.success(request, _("Version %(number)d is submitted. It stands as it is.") % {"number": kept.number})
    else:
        messages.success(request, _("Your words are kept."))


def _table(figures: Figures) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{_filename(figures)}.csv"'}
    return StreamingHttpResponse(csv_lines(figures), content_type="text/csv; charset=utf-8", headers=headers)


def _filename(figures: Figures) -> str:
    return f"bao-cao-{slugify(figures.agency)[:60]}-{figures.start}-{figures.end}"


def _back(request: HttpRequest, refusal: Exception) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect("reporting:list")
