"""The desk's list of pages beside their translations, and two versions side by side."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lantoa.kernel.access import allowed
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.errors import LantoaError
from lantoa.newsroom import interface, selectors, services, translations
from lantoa.newsroom.models.translating import behind
from lantoa.newsroom.rules import SIGN, WITHDRAW, WRITE


@require_safe
@desk_view(WRITE)
def lines(request: StaffRequest) -> HttpResponse:
    """Every published page with its page in one language: none yet, in work, up to date, behind since when."""
    spoken = translations.languages()
    wanted = request.GET.get("ngon-ngu", "")
    chosen = next((one.language_code for one in spoken if one.language_code == wanted), None) or (
        spoken[0].language_code if spoken else ""
    )
    state = wanted if (wanted := request.GET.get("tinh-trang", "")) in ("behind", "none") else ""
    kinds = [("", _("All")), ("behind", _("Outdated")), ("none", _("None yet"))]
    context = {
        "spoken": spoken,
        "language": chosen,
        "states": [
            {"label": label, "url": f"?ngon-ngu={chosen}&tinh-trang={code}", "current": code == state}
            for code, label in kinds
        ],
        "lines": translations.translation_lines(request.user, chosen, state=state, number=request.GET.get("page")),
        "state": state,
        "foreign": chosen not in interface.OWN_LANGUAGES,
        "may_withdraw": allowed(request.user, WITHDRAW),
        "words": interface.words(chosen),
        "reading": translations.interface_reading(chosen),
        "may_sign": allowed(request.user, SIGN),
    }
    return render(request, "newsroom/translations.html", context)


@require_safe
@desk_view(WRITE)
def beside(request: StaffRequest, pk: int) -> HttpResponse:
    """The original and the newest version of its translation, side by side."""
    page = get_object_or_404(selectors.writable_pages(request.user), pk=pk)
    original, translated, step = translations.side_by_side(page)
    context = {"original": original, "page": translated, "step": step, "behind": behind(page)}
    return render(request, "newsroom/translation.html", context)


@require_POST
@desk_view(WRITE)
def begin(request: StaffRequest, pk: int, language: str) -> HttpResponse:
    """Make the draft and open it in the page editor."""
    page = get_object_or_404(selectors.writable_pages(request.user), pk=pk)
    try:
        made = services.begin_translation(page=page, language=language, by=request.user, at=timezone.now())
    except LantoaError as refusal:
        messages.error(request, str(refusal))
        return redirect(_list(language))
    return redirect("wagtailadmin_pages:edit", made.pk)


@require_POST
@desk_view(WRITE)
def caught_up(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep that the translation says what its original says now."""
    page = get_object_or_404(selectors.writable_pages(request.user), pk=pk)
    try:
        services.catch_up(page=page, by=request.user, at=timezone.now())
        messages.success(request, _("Kept. When this version is published, readers are no longer told it is behind."))
    except LantoaError as refusal:
        messages.error(request, str(refusal))
    return redirect("newsroom:translation", pk)


@require_POST
@desk_view(SIGN)
def sign(request: StaffRequest) -> HttpResponse:
    """Keep who has read the interface's words in a language."""
    language = request.POST.get("language", "")
    try:
        services.sign_interface(
            language=language, reader=request.POST.get("reader", ""), by=request.user, at=timezone.now()
        )
        messages.success(request, _("Kept. Readers are no longer told that the words await a reader."))
    except LantoaError as refusal:
        messages.error(request, str(refusal))
    return redirect(_list(language))


def _list(language: str) -> str:
    return f"{reverse('newsroom:translations')}?ngon-ngu={language}"
