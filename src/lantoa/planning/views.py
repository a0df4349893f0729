"""The desk's pages of planning: plans, an upload and its confirmation, a plan, a task."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.kernel import clock
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.errors import LantoaError
from lantoa.planning import pages, services
from lantoa.planning.confirming import DraftForms
from lantoa.planning.forms import UploadForm
from lantoa.planning.models import Plan, PlanImport, Task
from lantoa.planning.rules import IMPORT, SEE


@desk_view(SEE)
def plan_list(request: StaffRequest) -> HttpResponse:
    """Plans with their progress, and uploads still to confirm."""
    return render(request, "planning/list.html", pages.plan_list(request.user, at=clock.now()))


@desk_view(IMPORT)
def upload(request: StaffRequest) -> HttpResponse:
    """Bring a file or a pasted text in."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        source, filename = form.source()
        try:
            draft = services.import_plan(source=source, filename=filename, by=request.user, at=timezone.now())
            return redirect("planning:confirm", draft.pk)
        except LantoaError as refusal:
            form.add_error("file" if form.cleaned_data["file"] else "text", str(refusal))
    return render(request, "planning/upload.html", {"form": form}, status=422 if form.errors else 200)


@desk_view(IMPORT)
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """The text on one side, what was found on the other; save as often as needed, then confirm."""
    draft = get_object_or_404(PlanImport.objects.visible_to(request.user).drafts(), pk=pk)
    forms = pages.draft_forms(draft, request.POST if request.method == "POST" else None)
    if request.method == "POST" and forms.is_valid():
        return _keep(request, draft, forms)
    context = pages.confirmation(draft, forms)
    return render(request, "planning/confirm.html", context, status=422 if request.method == "POST" else 200)


def _keep(request: StaffRequest, draft: PlanImport, forms: DraftForms) -> HttpResponse:
    at = timezone.now()
    services.amend_draft(draft_id=draft.pk, decided=forms.changed(), by=request.user, at=at)
    if request.POST.get("then") != "confirm":
        messages.success(request, _("Kept. Nothing is confirmed yet."))
        return redirect("planning:confirm", draft.pk)
    version = services.confirm_plan(draft_id=draft.pk, by=request.user, at=at, agency_map=forms.owners())
    messages.success(request, _("Confirmed. The tasks are given out."))
    return redirect("planning:plan", version.plan_id)


@require_POST
@desk_view(IMPORT)
def discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a draft away."""
    draft = get_object_or_404(PlanImport.objects.visible_to(request.user).drafts(), pk=pk)
    services.discard_draft(draft_id=draft.pk, by=request.user, at=timezone.now())
    messages.success(request, _("Put away. No plan was made."))
    return redirect("planning:list")


@desk_view(SEE)
def plan_page(request: StaffRequest, pk: int) -> HttpResponse:
    """One plan: what it says, and how far each body is."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user), pk=pk)
    return render(request, "planning/plan.html", pages.plan(plan, request.user, at=clock.now()))


@desk_view(SEE)
def my_tasks(request: StaffRequest) -> HttpResponse:
    """The tasks of the person's agencies."""
    return render(request, "planning/tasks.html", pages.my_tasks(request.user, at=clock.now()))


@desk_view(SEE)
def task_page(request: StaffRequest, pk: int) -> HttpResponse:
    """One task: what it is, how far, and what may be done now."""
    task = get_object_or_404(Task.objects.visible_to(request.user).select_related("duty__version__plan"), pk=pk)
    return render(request, "planning/task.html", pages.task(task, request.user, at=clock.now()))


@require_POST
@desk_view(SEE)
def task_step(request: StaffRequest, pk: int, step: str) -> HttpResponse:
    """Give out, move on or add evidence; what was typed stays when something is wrong."""
    task = get_object_or_404(Task.objects.visible_to(request.user).select_related("duty__version__plan"), pk=pk)
    if step not in pages.STEPS:
        raise Http404
    form, done = pages.take_step(step, task, request.POST, by=request.user, at=timezone.now())
    if done:
        messages.success(request, done)
        return redirect("planning:task", pk)
    context = pages.task(task, request.user, at=clock.now(), bound={step: form})
    return render(request, "planning/task.html", context, status=422)
