"""The desk's pages about the guide: rules, their examples, the tester."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.entitlements import selectors, services
from lantoa.entitlements.criteria import REGISTRY
from lantoa.entitlements.enums import Stage
from lantoa.entitlements.forms import AnswersForm, ExampleForm, RuleForm
from lantoa.entitlements.judging import judge
from lantoa.entitlements.models import Entitlement, EntitlementVersion
from lantoa.entitlements.rules import SEE, WRITE
from lantoa.entitlements.showing import condition_lines, days
from lantoa.kernel.access import allowed, visible_to
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now, today
from lantoa.kernel.errors import LantoaError
from lantoa.territory.choices import units_for


@desk_view(SEE)
def rule_list(request: StaffRequest) -> HttpResponse:
    """The rules of one's units, each with its newest version and where that stands."""
    found = selectors.newest_for(request.user, today())
    stages = selectors.stages_of(one.version for one in found)
    lines = [(one, stages[one.version.pk], days(one.rule)) for one in found]
    return render(request, "entitlements/list.html", {"lines": lines, "may_write": allowed(request.user, WRITE)})


@desk_view(SEE)
def tester(request: StaffRequest) -> HttpResponse:
    """Type answers, see what every newest rule says to them, and which condition decided. Nothing is kept."""
    form = AnswersForm(request.POST if request.method == "POST" else None, kinds=REGISTRY)
    results = []
    if request.method == "POST" and form.is_valid():
        answers = selectors.understood(form.typed(), today())
        results = [(one, judge(one.rule, answers)) for one in selectors.newest_for(request.user, today())]
    shown = {"form": form, "results": results}
    return render(request, "entitlements/tester.html", shown, status=422 if form.errors else 200)


@desk_view(WRITE)
def rule_new(request: StaffRequest) -> HttpResponse:
    """Write a new rule for the widest unit one writes for."""
    form = RuleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and (units := units_for(request.user, WRITE)):
        version = services.write_rule(rule=form.cleaned_rule, unit_id=units[0][0], by=request.user, at=now())
        messages.success(request, _("Saved. Now add an example."))
        return redirect("entitlements:rule", version.entitlement_id)
    return render(request, "entitlements/edit.html", {"form": form}, status=422 if form.errors else 200)


@desk_view(WRITE)
def rule_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a rule: the next version."""
    version = _newest(request, pk, WRITE)
    rule = selectors.rule_of(version)
    form = RuleForm(request.POST if request.method == "POST" else None, rule=rule)
    if request.method == "POST" and form.is_valid():
        services.write_rule(rule=form.cleaned_rule, entitlement=version.entitlement, by=request.user, at=now())
        messages.success(request, _("Saved."))
        return redirect("entitlements:rule", pk)
    shown = {"form": form, "rule": rule, "pk": pk}
    return render(request, "entitlements/edit.html", shown, status=422 if form.errors else 200)


@desk_view(SEE)
def rule_page(request: StaffRequest, pk: int) -> HttpResponse:
    """One rule: what it says, its examples, what is still missing before it can be sent."""
    version = _newest(request, pk, SEE)
    return _rule_page(request, version, ExampleForm(kinds=selectors.rule_of(version).asks))


@desk_view(WRITE)
@require_POST
def example_add(request: StaffRequest, pk: int) -> HttpResponse:
    """Add an example: the next version."""
    version = _newest(request, pk, WRITE)
    form = ExampleForm(request.POST, kinds=selectors.rule_of(version).asks)
    if not form.is_valid():
        return _rule_page(request, version, form)
    services.add_example(version=version, example=form.example(), by=request.user, at=now())
    return redirect("entitlements:rule", pk)


@desk_view(WRITE)
@require_POST
def rule_send(request: StaffRequest, pk: int) -> HttpResponse:
    """Send the newest version to a second person."""
    try:
        services.send(version=_newest(request, pk, WRITE), by=request.user, at=now())
    except LantoaError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Sent. A second person reads it and decides."))
    return redirect("entitlements:rule", pk)


def _rule_page(request: StaffRequest, version: EntitlementVersion, form: ExampleForm) -> HttpResponse:
    rule = selectors.rule_of(version)
    stage = selectors.stages_of([version])[version.pk]
    may = allowed(request.user, WRITE, unit_id=version.entitlement.unit_id)
    shown = {
        "version": version, "rule": rule, "law": selectors.law_of(rule, today()), "stage": stage,
        "days": days(rule), "lines": condition_lines(rule),
        "tried": selectors.tried(rule, today()), "form": form, "why_not": services.why_not(rule, today()),
        "may_write": may, "may_send": may and stage in (Stage.DRAFT, Stage.RETURNED, Stage.REVOKED),
    }  # fmt: skip
    return render(request, "entitlements/rule.html", shown, status=422 if form.errors else 200)


def _newest(request: StaffRequest, pk: int, permission: str) -> EntitlementVersion:
    rows = visible_to(Entitlement.objects.all(), request.user, permission=permission, unit_path="unit")
    entitlement = get_object_or_404(rows, pk=pk)
    version: EntitlementVersion = (
        EntitlementVersion.objects.filter(entitlement=entitlement).select_related("entitlement").latest("number")
    )
    return version
