"""Pieces ordered: the list, a new one, one with its steps."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.editorial import pages
from lantoa.editorial.forms import OrderForm
from lantoa.editorial.models import Commission
from lantoa.editorial.rules import COMMISSION, ENTER, SEE
from lantoa.editorial.selectors.commissions import commissions_of, counts_of, lines_of
from lantoa.editorial.services import order_piece
from lantoa.kernel.access import allowed
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.private_files import opened

A_PAGE = 30


@desk_view(ENTER)
def commission_list(request: StaffRequest) -> HttpResponse:
    """Commissions by state, the most pressing first."""
    at, show = now(), request.GET.get("xem", "")
    page = Paginator(commissions_of(request.user, at=at, show=show), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": [pages.commission_line(line, at=at) for line in lines_of(page, at=at)], "page": page,
        "tabs": pages.commission_tabs(counts_of(request.user, at=at), show),
        "may_order": allowed(request.user, COMMISSION, at=at), "sees_desk": allowed(request.user, SEE, at=at),
    }  # fmt: skip
    return render(request, "editorial/commissions.html", context)


@desk_view(COMMISSION)
def commission_new(request: StaffRequest) -> HttpResponse:
    """Order a piece."""
    at = now()
    form = OrderForm(request.POST or None, user=request.user, at=at, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            made = order_piece(order=form.order(), by=request.user, at=at)
            messages.success(request, _("Ordered. It stands in the list of whoever does it."))
            return redirect("editorial:commission", made.pk)
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
    return render(request, "editorial/commission_new.html", {"form": form}, status=422 if form.errors else 200)


def _one(request: StaffRequest, pk: int) -> Commission:
    rows = Commission.objects.visible_to(request.user).for_reading().select_related("task__duty")
    found: Commission = get_object_or_404(rows, pk=pk)
    return found


@desk_view(ENTER)
def commission(request: StaffRequest, pk: int) -> HttpResponse:
    """One commission: what was ordered, how far it is, and what may be done now."""
    context = pages.commission(_one(request, pk), request.user, at=now(), words=request.GET.get("tim", ""))
    return render(request, "editorial/commission.html", context)


@require_POST
@desk_view(ENTER)
def commission_step(request: StaffRequest, pk: int, step: str) -> HttpResponse:
    """Take a step; what was typed stays when something is wrong."""
    row, at, words = _one(request, pk), now(), request.GET.get("tim", "")
    if step not in pages.STEPS:
        raise Http404
    form, done = pages.take_step(step, row, request.POST, request.FILES, by=request.user, at=at, words=words)
    if done:
        messages.success(request, done)
        return redirect("editorial:commission", pk)
    context: dict[str, Any] = pages.commission(
        _one(request, pk), request.user, at=at, words=words, bound={step: form}
    )  # fmt: skip
    return render(request, "editorial/commission.html", context, status=422)


@desk_view(ENTER)
def commission_file(request: StaffRequest, pk: int, event: int) -> HttpResponse | FileResponse:
    """A delivered file, to keep; never shown in the browser."""
    found = get_object_or_404(_one(request, pk).events.exclude(file=""), pk=event)
    answer = FileResponse(opened(found.file), as_attachment=True, filename=found.file_name,
                          content_type="application/octet-stream")  # fmt: skip
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
