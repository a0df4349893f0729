"""The page behind a signed link: one person without an account says that one placement was there."""

from contextlib import suppress

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from lantoa.channels.registry import publics
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.outreach import services
from lantoa.outreach.confirm_links import DeadLink, placement_of
from lantoa.outreach.placement_forms import ConfirmForm
from lantoa.outreach.placement_showing import PlacementPage
from lantoa.outreach.placement_views import confirmed


def _page(token: str) -> PlacementPage | None:
    at = now()
    try:
        return PlacementPage(placement_of(token, at=at), None, at=at)
    except DeadLink:
        return None


def _answer(request: HttpRequest, template: str, shown: dict[str, object], status: int = 200) -> HttpResponse:
    response = render(request, template, shown, status=status)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@csrf_exempt  # the link itself is the right; there is no session here to be borrowed
@cache_control(no_store=True, private=True)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """See what was to be put where, and say that it was."""
    page = _page(token)
    if page is None:
        return _answer(request, "outreach/confirm_over.html", {}, status=404)
    posted = request.method == "POST"
    form = ConfirmForm(*((request.POST, request.FILES) if posted else ()), row=page.row, now=page.at)
    if posted and confirmed(form, page):
        return redirect("confirm", token)
    shown = {"page": page, "row": page.row, "form": form, "token": token}
    return _answer(request, "outreach/confirm.html", shown, status=422 if posted else 200)


@csrf_exempt
@require_POST
def confirm_undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take back what was said by this link."""
    page = _page(token)
    if page is not None and page.may_undo:
        with suppress(LantoaError):  # somebody else was quicker; the page says how it stands
            services.undo(placement=page.row, by=None, at=page.at)
    return redirect("confirm", token)


@cache_control(no_store=True, private=True)
def confirm_kit(request: HttpRequest, token: str) -> HttpResponse:
    """The file that people need to carry it out."""
    page = _page(token)
    make = publics()[page.row.kind].kit if page is not None and page.has_kit else None
    if page is None or make is None:
        raise Http404
    kit = make(page.placing)
    disposition = content_disposition_header(True, kit.name) or "attachment"
    headers = {"Content-Disposition": disposition, "X-Robots-Tag": "noindex"}
    return HttpResponse(kit.content, content_type=kit.content_type, headers=headers)
