"""The composer's pages."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST

from lantoa.approvals.selectors import approval_of
from lantoa.channels.registry import channels, publics
from lantoa.channels.sms.segments import unaccented
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.outreach import services
from lantoa.outreach.composing import LANGUAGES, Card, Composer
from lantoa.outreach.forms import MessageBeginForm, own_agency
from lantoa.outreach.measuring import measured
from lantoa.outreach.models import Message
from lantoa.outreach.page_text import text_of_page
from lantoa.outreach.press import PRESS, PressFacts
from lantoa.outreach.press_forms import PressForm
from lantoa.outreach.rules import VIEW_MESSAGES, WRITE
from lantoa.outreach.texts import Text, nfc

A_PAGE = 30
MAIL_CSP: dict[str, Any] = {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "img-src": ["'self'", "data:"],
            "frame-ancestors": ["'self'"], "sandbox": True}  # fmt: skip


def _mine(request: StaffRequest, pk: int) -> Message:
    found: Message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    return found


def _language(request: StaffRequest) -> str:
    code = request.GET.get("nn", "vi")
    return code if code in LANGUAGES else "vi"


@desk_view(VIEW_MESSAGES)
def message_list(request: StaffRequest) -> HttpResponse:
    """The messages of one's units, the last touched first."""
    page = Paginator(Message.objects.visible_to(request.user), A_PAGE).get_page(request.GET.get("page"))
    rows = [{"message": one, "approved": approval_of(one.subject, one.sha256)} for one in page.object_list]
    return render(request, "outreach/messages.html", {"page": page, "rows": rows})


@desk_view(WRITE)
def message_new(request: StaffRequest) -> HttpResponse:
    """Begin a message from a text, or from a page (`?trang=`)."""
    page_id, initial = _from_page(request)
    form = MessageBeginForm(request.POST or None, initial=initial)
    place = own_agency(request.user)
    if place is None:
        messages.error(request, _("You hold no post at an agency today, so there is nobody to write for."))
        return redirect("messages:list")
    if request.method == "POST" and form.is_valid():
        draft = services.Draft(agency_id=place[0], unit_id=place[1], page_id=page_id, **form.cleaned_data)
        try:
            made = services.create_message(draft=draft, by=request.user, at=now())
            return redirect("messages:compose", made.pk)
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
    return render(request, "outreach/message_new.html", {"form": form})


def _from_page(request: StaffRequest) -> tuple[int | None, dict[str, str]]:
    asked = request.GET.get("trang", "")
    found = text_of_page(int(asked)) if asked.isdecimal() and len(asked) < 10 else None
    return (int(asked), {"title": found[0][:160], "body": found[1]}) if found else (None, {})


@desk_view(VIEW_MESSAGES)
def compose(request: StaffRequest, pk: int) -> HttpResponse:
    """Write the forms of a message; see each as its reader will."""
    page = Composer(
        _mine(request, pk), request.user, _language(request), request.POST or None, files=request.FILES or None,
        query=_query(request),
    )  # fmt: skip
    if request.method == "POST" and _valid(page) and _save(request, page):
        asked = {"nn": page.language, **({"anh": page.query} if page.query else {})}
        return redirect(f"{request.path}?{urlencode(asked)}")
    return render(request, "outreach/compose.html", {"page": page, "message": page.message})


def _query(request: StaffRequest) -> str:
    """What pictures are looked for, while typing (`press-query`) or from the address (`anh`)."""
    asked = request.POST.get("press-query") or request.GET.get("press-query") or request.GET.get("anh", "")
    return asked[:80].strip()


def _valid(page: Composer) -> bool:
    press = not page.press.is_bound or page.press.is_valid()
    return all([press, page.details.is_valid(), page.master.is_valid(), *(card.form.is_valid() for card in page.cards)])


@desk_view(WRITE)
def pictures(request: StaffRequest) -> HttpResponse:
    """The pictures to choose from for newsrooms: those ticked, and what the library holds of what is being typed."""
    form = PressForm(request.GET, prefix=PRESS, facts=PressFacts(), query=_query(request))
    return render(request, "outreach/press_pictures.html", {"press": form})


def _save(request: StaffRequest, page: Composer) -> bool:
    forms = [_typed(card, page.language) for card in page.cards]
    try:
        written = page.master.cleaned_data if "master" in request.POST else {}  # it stands on one language's page only
        facts = {**page.details.cleaned_data, **written, "press": page.press.facts if page.press.is_bound else None}
        services.save_message(message=page.message, forms=forms, by=request.user, at=now(), **facts)
        if anew := _to_make_anew(request, page):
            services.make_anew(message=page.message, channels=anew, by=request.user, at=now())
    except LantoaError as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, _("Saved. Nobody has got it yet."))
    return True


def _to_make_anew(request: StaffRequest, page: Composer) -> list[str]:
    """The kinds whose forms are to be made of the master: the one pressed, or all that it has left behind."""
    pressed = request.POST.get("lam-lai", "")
    if pressed == "*":
        page = Composer(_mine(request, page.message.pk), request.user, page.language)
        return [card.kind for card in page.stale]
    return [card.kind for card in page.cards if card.kind == pressed]


@desk_view(WRITE)
@require_POST
def measure(request: StaffRequest, channel: str) -> HttpResponse:
    """How much the text being typed takes; saves nothing."""
    if channel not in channels() and channel not in publics():
        raise Http404
    body, plain = (request.POST.get(f"{channel}-{name}", "")[:20_000] for name in ("body", "plain"))
    text = (plain.strip() or unaccented(body)) if request.POST.get(f"{channel}-send_plain") else body
    return render(request, "outreach/measure.html", {"measured": measured(channel, nfc(text))})


def _typed(card: Card, language: str) -> services.Form:
    given: dict[str, Any] = card.form.cleaned_data
    return services.Form(channel=card.kind, language=language, **given)


@desk_view(WRITE)
@require_POST
def ask(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask for approval of the text as it stands."""
    try:
        services.ask_approval(message=_mine(request, pk), by=request.user, at=now())
        messages.success(request, _("Sent for approval. A second person reads exactly these words."))
    except LantoaError as refusal:
        messages.error(request, str(refusal))
    return redirect("messages:compose", pk)


@desk_view(WRITE)
@require_POST
def trial(request: StaffRequest, pk: int, channel: str) -> HttpResponse:
    """Send one form to the editor themself."""
    message, language = _mine(request, pk), _language(request)
    if channel not in channels():
        raise Http404
    try:
        kept = services.send_trial(message=message, channel=channel, language=language, by=request.user, at=now())
    except LantoaError as refusal:
        messages.error(request, str(refusal))
    else:
        if kept.outcome == "accepted":
            messages.success(request, _("On its way to you. It counts nowhere."))
        else:
            messages.error(request, _("The test did not go out: %(reason)s") % {"reason": kept.reason})
    return redirect(f"{redirect('messages:compose', pk).url}?nn={language}")


@desk_view(VIEW_MESSAGES)
@xframe_options_sameorigin
@csp_override(MAIL_CSP)
def preview(request: StaffRequest, pk: int, channel: str) -> HttpResponse:
    """The mail as its reader opens it, in a frame that may do nothing."""
    page = Composer(_mine(request, pk), request.user, _language(request))
    card = next((one for one in page.addressed if one.kind == channel), None)
    if card is None or not isinstance(card.text, Text) or not card.text.html:
        raise Http404
    return HttpResponse(card.text.html)
