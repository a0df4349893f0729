"""The propagandist's notebook behind a signed link: the talk sheet, and notes that a phone keeps while offline."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from lantoa.kernel.clock import now
from lantoa.outreach import services
from lantoa.outreach.confirm_links import DeadLink, placement_of
from lantoa.outreach.notebook_forms import MOST_BYTES, BadEntries, NoteForm, entries_of
from lantoa.outreach.placement_showing import PlacementPage
from lantoa.outreach.selectors.notebook import NOTED, hamlets_for, note_tally, notes_of
from lantoa.territory.selectors import names_on

LATE = timedelta(days=14)
"""How long after its link's last hour a notebook still takes what a phone kept without a network."""
_SCRIPTS = Path(__file__).parent / "static/outreach"
_LAST = 20


def _page(token: str) -> PlacementPage | None:
    at = now()
    try:
        row = placement_of(token, at=at - LATE)
    except DeadLink:
        return None
    return PlacementPage(row, None, at=at) if row.kind == NOTED else None


@csrf_exempt  # the link itself is the right; there is no session here to be borrowed
@cache_control(no_store=True, private=True)
def notebook(request: HttpRequest, token: str) -> HttpResponse:
    """See what to say; note an outing."""
    page = _page(token)
    if page is None:
        return _private(render(request, "outreach/confirm_over.html", {}, status=404))
    hamlets = hamlets_for(page.row, on=timezone.localdate(page.at))
    form = NoteForm(request.POST if request.method == "POST" else None, hamlets=hamlets, now=page.at)
    if form.is_bound and _noted(form, page):
        return redirect("notebook", token)
    shown = {"page": page, "row": page.row, "form": form, "token": token, **_so_far(page)}
    return _private(render(request, "outreach/notebook.html", shown, status=422 if form.is_bound else 200))


def _noted(form: NoteForm, page: PlacementPage) -> bool:
    if not form.is_valid():
        return False
    [kept] = services.keep_notes(placement=page.row, entries=[form.told()], by=None, at=page.at)
    for name, why in kept.errors.items():
        form.add_error(name if name in form.fields and name != "entry" else None, why)
    return not kept.errors


def _so_far(page: PlacementPage) -> dict[str, Any]:
    notes = list(notes_of(page.row)[:_LAST])
    names = names_on({note.hamlet_id for note in notes if note.hamlet_id}, timezone.localdate(page.at))
    told = [{"note": note, "hamlet": names.get(note.hamlet_id or 0, "")} for note in notes]
    return {"notes": told, "tally": note_tally(page.row.pk)}


@csrf_exempt
@require_POST
@cache_control(no_store=True, private=True)
def notebook_send(request: HttpRequest, token: str) -> HttpResponse:
    """Take what a phone kept; answer for each entry, so that it forgets what is safe here and nothing else."""
    page = _page(token)
    if page is None:
        return _private(JsonResponse({"error": "over"}, status=404))
    try:
        if len(request.body) > MOST_BYTES:
            return _private(JsonResponse({"error": "too large"}, status=413))
        entries = entries_of(request.body)
    except BadEntries:
        return _private(JsonResponse({"error": "unreadable"}, status=400))
    kept = services.keep_notes(placement=page.row, entries=entries, by=None, at=page.at)
    answers = [{"id": str(one.id), "kept": not one.errors, "errors": one.errors} for one in kept]
    tally = note_tally(page.row.pk)
    return _private(JsonResponse({"entries": answers, "notes": tally.notes, "households": tally.households}))


@require_GET
@cache_control(no_cache=True)
def notebook_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the head of the addresses it may answer for."""
    return HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")


@cache
def _worker() -> str:
    return "\n".join((_SCRIPTS / name).read_text("utf-8") for name in ("notebook-queue.js", "notebook-worker.js"))


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
