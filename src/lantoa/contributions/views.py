"""The desk of people's stories."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.csp import CSP
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST

from lantoa.audience.selectors import masked_contact
from lantoa.contributions import presenting, rules, selectors, services
from lantoa.contributions.enums import MOVES, StoryHappening, StoryState
from lantoa.contributions.forms import HAPPENINGS, AskForm, DeclineForm, DraftForm, FilterForm, NoteForm, PlainForm
from lantoa.contributions.models import Story
from lantoa.kernel.access import allowed
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now, today
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.partial import answer_with
from lantoa.kernel.private_files import opened
from lantoa.newsroom.rules import WITHDRAW as MAY_TAKE_DOWN
from lantoa.territory.selectors import names_on

PAGE = 25
SANDBOX: dict[str, Any] = {"default-src": [CSP.NONE], "frame-ancestors": [CSP.NONE], "sandbox": ""}
"""Whatever a citizen's file may hold, it does nothing when it is opened."""
STEPS: dict[str, tuple[type[django_forms.Form], Callable[..., object], Any]] = {
    "take": (PlainForm, services.take_up, _("The story is yours now. Make a draft of it, or write to the sender.")),
    "note": (NoteForm, services.add_note, _("Note kept.")),
    "ask": (AskForm, services.ask, _("Asked. What the sender answers stands here and on your desk.")),
    "decline": (DeclineForm, services.decline, _("Settled. The sender reads your words.")),
    "take_down": (PlainForm, services.take_down, _("The page is down.")),
    "withdraw": (PlainForm, services.take_back, _("Taken back. Words, photos and recording are deleted.")),
}
"""What may be done by one form: what it asks, the verb, what is said afterwards."""


@desk_view(rules.VIEW)
def story_list(request: StaffRequest) -> HttpResponse:
    """The stories, by state."""
    form = FilterForm(request.GET)
    query = form.cleaned_data.get("q", "") if form.is_valid() else ""
    show = request.GET.get("show", StoryState.RECEIVED)
    found = selectors.stories(request.user, show=show, query=query)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "jobs": presenting.as_jobs(page), "page": page, "form": form, "show": show, "query": query,
        "pills": presenting.pills(request.user, show, query),
    }  # fmt: skip
    return render(request, "contributions/list.html", context)


@desk_view(rules.VIEW)
def story_detail(request: StaffRequest, number: str) -> HttpResponse:
    """One story: words, files, consent, history, and the steps open to the reader."""
    return render(request, "contributions/story.html", _context(request, _story(request, number)))


@require_POST
@desk_view(rules.WORK)
def act(request: StaffRequest, number: str, step: str) -> HttpResponse:
    """Take one step; a refused one keeps what was typed and says why."""
    story = _story(request, number)
    kind, verb, done = STEPS[step]
    form = kind(request.POST, auto_id=f"{step}_%s")
    if form.is_valid():
        try:
            verb(story_id=story.pk, by=request.user, at=now(), **form.cleaned_data)
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, str(done))
            return redirect("contributions:story", story.number)
    return render(request, "contributions/story.html", _context(request, story, {step: form}), status=422)


@desk_view(rules.WORK)
def draft(request: StaffRequest, number: str) -> HttpResponse:
    """Make a draft page of a story, then go on in the page editor."""
    story = _story(request, number)
    form = DraftForm(request.POST or None, story=story)
    if request.method == "POST" and form.is_valid():
        try:
            services.make_draft(story_id=story.pk, draft=form.draft(), by=request.user, at=now())
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("The draft stands. Read it once more, then send it for approval."))
            return redirect("contributions:story", story.number)
    files = {row.file.pk: row for row in presenting.file_rows(story)}
    shots = [(files[photo.pk], fields) for photo, fields in form.shots]
    status = 422 if form.errors else 200
    return render(request, "contributions/draft.html", {"story": story, "form": form, "shots": shots}, status=status)


@csp_override(SANDBOX)
@desk_view(rules.VIEW)
def story_file(request: StaffRequest, number: str, file_id: int) -> HttpResponseBase:
    """A photo or recording, whole or in part, to whoever may read the story."""
    found = get_object_or_404(_story(request, number).files, pk=file_id)
    try:
        stream = opened(found.path)
    except OSError as gone:
        raise Http404 from gone
    reply = answer_with(stream, request, etag=f'"{found.sha256}"', content_type=found.content_type)
    reply["Cache-Control"] = "private, no-store"
    reply["X-Content-Type-Options"] = "nosniff"
    reply["Cross-Origin-Resource-Policy"] = "same-origin"
    return reply


def _story(request: StaffRequest, number: str) -> Story:
    rows = Story.objects.visible_to(request.user).select_related("page", "consent")
    return get_object_or_404(rows, number=number)


def _context(request: StaffRequest, story: Story, bound: dict[str, django_forms.Form] | None = None) -> dict[str, Any]:
    state, user = StoryState(story.state), request.user
    may_work = allowed(user, rules.WORK, unit_id=story.unit_id)
    may_see = story.address_id is not None and allowed(user, rules.VIEW_SENDER, unit_id=story.unit_id)
    tone, icon = presenting.CHIPS[state]
    offered = {
        step: (bound or {}).get(step) or kind(auto_id=f"{step}_%s")
        for step, (kind, _verb, _done) in STEPS.items()
        if step in (bound or {}) or (may_work and HAPPENINGS[step] in MOVES[state])
    }
    live = story.page is not None and story.page.live
    down = state == StoryState.WITHDRAWN and live
    if not down or not allowed(user, MAY_TAKE_DOWN, unit_id=story.unit_id):
        offered.pop("take_down", None)
    if story.emptied_at is not None or selectors.works_on(user, story):
        offered.pop("take", None)
    return {
        "story": story, "title": presenting.title_of(story), "tone": tone, "icon": icon, "offered": offered,
        "steps": presenting.steps(story), "files": presenting.file_rows(story), "must_come_down": down, "live": live,
        "may_draft": may_work and StoryHappening.DRAFTED in MOVES[state] and story.page_id is None,
        "place": names_on([story.unit_id], today()).get(story.unit_id, ""),
        "contact": masked_contact(story.address_id) if may_see and story.address_id else "",
    }  # fmt: skip
