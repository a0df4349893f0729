"""The desk's list of pages: what is being written, what waits, what is out. Writing itself is in Wagtail."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.kernel.access import allowed
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.errors import LantoaError
from lantoa.newsroom import selectors, services
from lantoa.newsroom.enums import SectionKind, Stage
from lantoa.newsroom.models import SectionPage
from lantoa.newsroom.rules import CHECK_LAW, WITHDRAW, WRITE, FindingsError

A_PAGE = 50


@desk_view(WRITE)
def pages(request: StaffRequest) -> HttpResponse:
    """Pages by stage, last touched first."""
    stage, mine = request.GET.get("giai-doan", ""), "cua-toi" in request.GET
    rows = selectors.desk_pages(request.user, stage, mine=mine).select_related("owner", "locale")
    counts = selectors.stage_counts(selectors.desk_pages(request.user, mine=mine))
    sheets = Paginator(rows, A_PAGE)
    sheets.count = counts.get(stage, 0) if stage else sum(counts.values())  # known already, and dear to ask again
    page = sheets.get_page(request.GET.get("page"))
    context = {
        "page": page, "lines": selectors.desk_lines(page), "tabs": _tabs(counts, stage, mine),
        "beginnings": _beginnings(),
        "law_waits": selectors.law_queue(request.user).count() if allowed(request.user, CHECK_LAW) else 0,
        "may_withdraw": allowed(request.user, WITHDRAW),
    }  # fmt: skip
    return render(request, "newsroom/desk_pages.html", context)


def _tabs(counts: dict[str, int], stage: str, mine: bool) -> list[dict[str, Any]]:
    own = "&cua-toi=1" if mine else ""
    total = sum(counts.values())
    every: list[dict[str, Any]] = [{"label": _("All"), "url": f"?{own}", "current": not stage, "count": total}]
    return every + [
        {
            "label": one.label,
            "url": f"?giai-doan={one.value}{own}",
            "current": stage == one.value,
            "count": counts.get(one, 0),
        }
        for one in Stage
    ]


def _beginnings() -> list[dict[str, str]]:
    """Where a page of each kind is begun, in the order of the site's sections."""
    sections = {one.kind: one.pk for one in SectionPage.objects.filter(locale__language_code="vi")}
    names = {kind: model._meta for kind, model in selectors.TYPES.items()}
    return [
        {
            "kind": kind.value,
            "label": str(names[kind].verbose_name),
            "url": reverse("wagtailadmin_pages:add", args=["newsroom", names[kind].model_name, sections[kind]]),
        }
        for kind in SectionKind
        if kind in sections
    ]


@require_POST
@desk_view(WRITE)
def submit(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a page for approval from the list; what the checks find is shown on a page of its own."""
    page = get_object_or_404(selectors.writable_pages(request.user), pk=pk)
    if page.live:
        return redirect("newsroom:send", pk)
    try:
        services.submit_page(page=page, by=request.user, at=timezone.now())
        messages.success(request, _("Sent for approval. Someone else reads it now."))
    except FindingsError:
        return redirect("newsroom:send", pk)
    except LantoaError as refusal:
        messages.error(request, str(refusal))
    return redirect("newsroom:pages")
