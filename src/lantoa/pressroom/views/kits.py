"""Kits on the desk: write, put files in, send for release, put right, withdraw."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from lantoa.kernel.access import allowed, granted
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.pressroom import rules, services
from lantoa.pressroom.forms.clippings import StrikeForm
from lantoa.pressroom.forms.kits import DocumentForm, KitForm, PictureForm
from lantoa.pressroom.kit_content import KitText
from lantoa.pressroom.models import KitFile
from lantoa.pressroom.presenting import CHIPS
from lantoa.pressroom.selectors import kits as reads
from lantoa.pressroom.selectors.journalists import seen_of
from lantoa.pressroom.serving import SANDBOX, serve

A_PAGE, SEEN = 50, 50


@require_safe
@desk_view(rules.SEE_KITS)
def kit_list(request: StaffRequest) -> HttpResponse:
    """Every kit the person may see, the newest first."""
    page = Paginator(reads.kits(request.user), A_PAGE).get_page(request.GET.get("page"))
    at = now()
    rows = [(kit, state := reads.state_of(kit, at), *CHIPS[state]) for kit in page]
    context = {"page": page, "rows": rows, "may_write": bool(granted(request.user, rules.WRITE_KITS))}
    return render(request, "pressroom/kits.html", context)


@desk_view(rules.WRITE_KITS)
def new_kit(request: StaffRequest) -> HttpResponse:
    """Begin a kit."""
    form = KitForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.open_kit(unit_id=form.cleaned_data["unit_id"], text=form.told(), by=request.user, at=now())
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept. Now put in pictures and documents, then send it for release."))
            return redirect("pressroom:kit", made.kit_id)
    return render(request, "pressroom/kit_write.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@desk_view(rules.SEE_KITS)
def kit(request: StaffRequest, pk: int) -> HttpResponse:
    """One kit: its newest version, its state and history, and the steps open to the reader."""
    return render(request, "pressroom/kit.html", _context(request, _kit(request, pk)))


@desk_view(rules.WRITE_KITS)
def write_kit(request: StaffRequest, pk: int) -> HttpResponse:
    """Write the next version."""
    found = _kit(request, pk)
    newest = reads.newest_version(found.pk)
    form = KitForm(request.POST or None, user=request.user, version=newest, corrects=found.ever)
    if request.method == "POST" and form.is_valid():
        try:
            services.revise_kit(kit_id=found.pk, text=form.told(), upon=newest.number, by=request.user, at=now())
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept. Nobody outside sees it before it is released."))
            return redirect("pressroom:kit", found.pk)
    context = {"form": form, "kit": found}
    return render(request, "pressroom/kit_write.html", context, status=422 if form.errors else 200)


@require_POST
@desk_view(rules.WRITE_KITS)
def add_document(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a document in."""
    found = _kit(request, pk)
    form = DocumentForm(request.POST, request.FILES, corrects=found.ever, prefix="doc")
    if form.is_valid():
        try:
            services.add_document(kit_id=found.pk, by=request.user, at=now(), **form.told())
            return redirect(reverse("pressroom:kit", args=[found.pk]) + "#tep")
        except LantoaError as refusal:
            form.add_error(form.chosen, str(refusal))
    return render(request, "pressroom/kit.html", _context(request, found, document=form), status=422)


@require_POST
@desk_view(rules.WRITE_KITS)
def add_pictures(request: StaffRequest, pk: int) -> HttpResponse:
    """Put pictures of the library in."""
    found = _kit(request, pk)
    form = PictureForm(request.POST, corrects=found.ever, query=request.POST.get("q", "")[:100], prefix="pic")
    if form.is_valid():
        said = form.cleaned_data
        try:
            services.add_pictures(kit_id=found.pk, image_ids=said["pictures"], why=said.get("why", ""),
                                  by=request.user, at=now())  # fmt: skip
            return redirect(reverse("pressroom:kit", args=[found.pk]) + "#tep")
        except LantoaError as refusal:
            form.add_error("pictures", str(refusal))
    return render(request, "pressroom/kit.html", _context(request, found, picture=form), status=422)


@require_POST
@desk_view(rules.WRITE_KITS)
def send_kit(request: StaffRequest, pk: int) -> HttpResponse:
    """Send the newest version to a second person."""
    found = _kit(request, pk)
    try:
        services.send_kit(kit_id=found.pk, by=request.user, at=now())
    except LantoaError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Sent. Somebody who did not write on it reads it and releases it."))
    return redirect("pressroom:kit", found.pk)


@desk_view(rules.WRITE_KITS)
def withdraw_kit(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw it for good, with the reason."""
    found = _kit(request, pk)
    form = StrikeForm(request.POST or None)
    form.fields["why"].label = _("Why it is withdrawn")
    if request.method == "POST" and form.is_valid():
        services.withdraw_kit(kit_id=found.pk, why=form.cleaned_data["why"], by=request.user, at=now())
        messages.success(request, _("Withdrawn. Its address says so, with your reason."))
        return redirect("pressroom:kit", found.pk)
    return render(request, "pressroom/kit_withdraw.html", {"form": form, "kit": found},
                  status=422 if form.errors else 200)  # fmt: skip


@require_safe
@csp_override(SANDBOX)
@desk_view(rules.SEE_KITS)
def kit_file(request: StaffRequest, pk: int, file_id: int) -> HttpResponseBase:
    """A file of the kit, to whoever may see the kit."""
    file = get_object_or_404(KitFile.objects.select_related("image"), kit=_kit(request, pk).pk, pk=file_id)
    return serve(request, file, small="nho" in request.GET, public=False)


def _kit(request: StaffRequest, pk: int) -> Any:
    found = reads.kits(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _context(request: StaffRequest, kit: Any, **bound: Any) -> dict[str, Any]:
    versions = list(kit.versions.select_related("written_by"))
    at = now()
    state = reads.state_of(kit, at)
    query = request.GET.get("q", "")[:100]
    context: dict[str, Any] = {
        "kit": kit, "text": KitText.read(versions[0].content), "versions": versions, "state": state,
        "chip": CHIPS[state], "query": query, "out": reads.read_kit(reads.kits_out(at), kit.pk),
        "may_write": kit.withdrawn_at is None and allowed(request.user, rules.WRITE_KITS, unit_id=kit.unit_id),
        "seen": seen_of(kit.pk)[:SEEN], "may_admit": bool(granted(request.user, rules.ADMIT)),
    }  # fmt: skip
    if context["may_write"]:
        context["document"] = bound.get("document") or DocumentForm(corrects=kit.ever, prefix="doc")
        context["picture"] = bound.get("picture") or PictureForm(corrects=kit.ever, query=query, prefix="pic")
    return context
