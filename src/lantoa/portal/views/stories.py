"""A citizen tells a story, follows it by code, and may take it back at any time."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from lantoa.contributions import selectors, services
from lantoa.contributions.models import Story
from lantoa.contributions.sounds import MAX_BYTES as SOUND_BYTES
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.portal import story_pages
from lantoa.portal.story_forms import AnswerForm, StoryForm
from lantoa.portal.throttle import too_many
from lantoa.portal.uploads import a_story, weigh
from lantoa.portal.views.cases import personal, with_form


@csrf_exempt  # as `personal`; but search engines may list this page
@cache_control(no_store=True)
def tell(request: HttpRequest) -> HttpResponse:
    """Tell a story; what came is kept, what is missing is named, and the code opens it from then on."""
    too_large = weigh(request, each=SOUND_BYTES, altogether=a_story())
    posted = request.method == "POST"
    form = StoryForm(
        request.POST if posted else None, request.FILES if posted else None, too_large=too_large,
        initial={"unit": request.GET.get("xa", "")},
    )  # fmt: skip
    if posted and (story := _sent(request, form)):
        return redirect(reverse("portal:story", args=[story.code]) + "?moi=1")
    return with_form(request, "portal/tell_story.html", {"form": form})


def _sent(request: HttpRequest, form: StoryForm) -> Story | None:
    """The story, or None with every fault named on the form; files are kept either way."""
    form.is_valid()
    if too_many(request, form, "story"):
        form.look_at_kept()
        return None
    if not form.has_error("website"):
        form.take_files(now())
    if form.errors:
        return None
    try:
        key = form.cleaned_data["key"]
        return services.send_story(sent=form.sent(), draft_key=key, submission_key=form.submission_key(), at=now())
    except LantoaError as refusal:
        form.add_error(None, str(refusal))
        return None


def story_or_404(code: str) -> Story:
    """The story a code opens."""
    story = selectors.by_code(code)
    if story is None:
        raise Http404
    return story


@personal
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """One story as its sender follows it; what an editor asks is answered here."""
    story = story_or_404(code)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not too_many(request, form, "again"):
        try:
            services.answer(story_id=story.pk, text=form.cleaned_data["text"], at=now())
            return redirect(reverse("portal:story", args=[story.code]) + "?dap=1")
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
    context = {"follow": story_pages.follow(story), "form": form, "new": "moi" in request.GET}
    told = {"back": "rut" in request.GET, "answered": "dap" in request.GET}
    return with_form(request, "portal/story.html", context | told)


@personal
@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take the story back: it counts at once."""
    story = story_or_404(code)
    services.take_back(story_id=story.pk, by=None, at=now())
    return redirect(reverse("portal:story", args=[story.code]) + "?rut=1")
