"""Pages that go out together: the list, a new bundle, one bundle with what each page lacks."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.editorial import services
from lantoa.editorial.enums import BundleState
from lantoa.editorial.forms import AddForm, BundleForm, HourForm
from lantoa.editorial.models import Bundle
from lantoa.editorial.rules import BUNDLE, SEE
from lantoa.editorial.selectors.bundles import bundles_of, readiness
from lantoa.kernel.access import allowed
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError

A_PAGE = 20


@desk_view(SEE)
def bundle_list(request: StaffRequest) -> HttpResponse:
    """Open bundles by their hour, and those that are out or taken apart."""
    at = now()
    closed = Paginator(bundles_of(request.user, at=at, closed=True), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "bundles": bundles_of(request.user, at=at), "closed": closed, "page": closed, "at": at,
        "may_bundle": allowed(request.user, BUNDLE, at=at),
    }  # fmt: skip
    return render(request, "editorial/bundles.html", context)


@desk_view(BUNDLE)
def bundle_new(request: StaffRequest) -> HttpResponse:
    """Begin a bundle."""
    at = now()
    form = BundleForm(request.POST or None, user=request.user, at=at)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            row = services.create_bundle(unit_id=given.pop("unit"), by=request.user, at=at, **given)
            return redirect("editorial:bundle", row.pk)
        except LantoaError as refusal:
            form.add_error("go_live_at" if given.get("go_live_at") else None, str(refusal))
    return render(request, "editorial/bundle_new.html", {"form": form}, status=422 if form.errors else 200)


def _shown(request: StaffRequest, row: Bundle, **forms: Any) -> HttpResponse:
    at, may = now(), allowed(request.user, BUNDLE, unit_id=row.unit_id) and row.state == BundleState.OPEN
    found, words = readiness(row, at=at), request.GET.get("tim", "")
    context = {
        "bundle": row, "pages": found, "may": may, "ready": bool(found) and not any(one.why for one in found),
        "add": forms.get("add") or AddForm(user=request.user, at=at, words=words), "words": words,
        "hour": forms.get("hour") or HourForm(initial={"go_live_at": row.go_live_at}),
        "failed": next(iter(forms.values()), None),
    }  # fmt: skip
    return render(request, "editorial/bundle.html", context, status=422 if forms else 200)


def _one(request: StaffRequest, pk: int) -> Bundle:
    found: Bundle = get_object_or_404(Bundle.objects.visible_to(request.user), pk=pk)
    return found


@desk_view(SEE)
def bundle(request: StaffRequest, pk: int) -> HttpResponse:
    """One bundle."""
    return _shown(request, _one(request, pk))


def _release(request: StaffRequest, row: Bundle) -> None:
    services.release_bundle(bundle_id=row.pk, by=request.user, at=now())
    messages.success(request, _("All of them are out."))


def _cancel(request: StaffRequest, row: Bundle) -> None:
    services.cancel_bundle(bundle_id=row.pk, by=request.user, at=now())
    messages.success(request, _("Taken apart. Nothing went out by that."))


def _remove(request: StaffRequest, row: Bundle) -> None:
    page = request.POST.get("page", "")
    if page.isdigit():
        services.take_from_bundle(bundle_id=row.pk, page_id=int(page), by=request.user, at=now())


def _add(request: StaffRequest, row: Bundle) -> HttpResponse:
    at = now()
    form = AddForm(request.POST, user=request.user, at=at, words=request.GET.get("tim", ""))
    return _asked(request, row, "add", form, lambda given: (
        services.add_to_bundle(bundle_id=row.pk, page_id=given["page"], by=request.user, at=at)))  # fmt: skip


def _set_hour(request: StaffRequest, row: Bundle) -> HttpResponse:
    return _asked(request, row, "hour", HourForm(request.POST), lambda given: services.set_bundle_hour(
        bundle_id=row.pk, go_live_at=given["go_live_at"], by=request.user, at=now()))  # fmt: skip


def _asked(
    request: StaffRequest, row: Bundle, name: str, form: Any, act: Callable[[dict[str, Any]], Any]
) -> HttpResponse:  # fmt: skip
    if form.is_valid():
        try:
            act(form.cleaned_data)
            return redirect("editorial:bundle", row.pk)
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
    return _shown(request, row, **{name: form})


PLAIN: dict[str, Callable[[StaffRequest, Bundle], None]] = {"dang": _release, "thao": _cancel, "bo-trang": _remove}
ASKING: dict[str, Callable[[StaffRequest, Bundle], HttpResponse]] = {"them": _add, "gio": _set_hour}


@require_POST
@desk_view(SEE)
def bundle_step(request: StaffRequest, pk: int, step: str) -> HttpResponse:
    """Add a page, set the hour, take a page out, let all out, take apart."""
    row = _one(request, pk)
    if step in ASKING:
        return ASKING[step](request, row)
    if step not in PLAIN:
        raise Http404
    try:
        PLAIN[step](request, row)
    except LantoaError as refusal:
        messages.error(request, str(refusal))
    return redirect("editorial:bundle", pk)
