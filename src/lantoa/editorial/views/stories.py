"""The list of stories, and one story's page: where it stands and what holds it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.models import Page

from lantoa.editorial import story_pages
from lantoa.editorial.forms import StoryFilter
from lantoa.editorial.rules import ENTER, SEE
from lantoa.editorial.selectors import stories as reads
from lantoa.kernel.access import allowed
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now
from lantoa.newsroom.selectors import writable_pages

A_PAGE = 30


@desk_view(ENTER)
def story_list(request: StaffRequest) -> HttpResponse:
    """Stories by stage; whoever only does ordered pieces goes on to those."""
    if not allowed(request.user, SEE):
        return redirect("editorial:commissions")
    at = now()
    form = StoryFilter(request.GET, user=request.user, at=at)
    wanted = form.wanted()
    page = Paginator(reads.keys(request.user, wanted, at=at), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": story_pages.lines(reads.stories(list(page), at=at), at=at), "page": page, "form": form,
        "tabs": story_pages.tabs(reads.counts(request.user, wanted, at=at), request.GET), "filtered": form.narrows(),
    }  # fmt: skip
    return render(request, "editorial/stories.html", context)


def _one(request: StaffRequest, pk: int) -> Page:
    return get_object_or_404(writable_pages(request.user), pk=pk)


@desk_view(SEE)
def story(request: StaffRequest, pk: int) -> HttpResponse:
    """One story."""
    return render(request, "editorial/story.html", story_pages.story(_one(request, pk), request.user, at=now()))


@require_POST
@desk_view(SEE)
def story_step(request: StaffRequest, pk: int, step: str) -> HttpResponse:
    """Set an embargo, lift it, let an approved page out; what was typed stays when something is wrong."""
    page, at = _one(request, pk), now()
    if step not in story_pages.STEPS:
        raise Http404
    form, refused = story_pages.take_step(step, page, request.POST, by=request.user, at=at)
    if not refused:
        messages.success(request, _("Done. It stands on record."))
        return redirect("editorial:story", pk)
    context = story_pages.story(_one(request, pk), request.user, at=at, bound={step: form})
    return render(request, "editorial/story.html", context, status=422)
