"""A person's own page: what is kept of them and why, and what they want done about it. The link is the key."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from lantoa.audience import selectors
from lantoa.audience import services as audience
from lantoa.audience.addresses import is_typed
from lantoa.audience.enums import RightKind
from lantoa.audience.services import BadTokenError, OwnPage
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.portal import own_page
from lantoa.portal.own_page_forms import AskForm, CorrectionForm, NewAddressForm, OwnPageForm
from lantoa.portal.throttle import too_many
from lantoa.portal.views.cases import personal, with_form

type OwnView = Callable[..., HttpResponse]


def of_one_person(view: OwnView) -> OwnView:
    """The page a link opens; a link that opens none is answered plainly, a shared address with a choice."""

    @personal
    @wraps(view)
    def opened(request: HttpRequest, token: str, **kwargs: object) -> HttpResponse:
        try:
            page = audience.open_own_page(token, now())
            if page.person is None:
                return render(request, "portal/mine_choose.html", {"choices": own_page.choices(page)})
            return view(request, page, **kwargs)
        except BadTokenError as refusal:
            return _broken(request, refusal)

    return opened


@csrf_exempt  # no session, so nothing to forge; see `cases.personal`
@cache_control(no_store=True)
def ask(request: HttpRequest) -> HttpResponse:
    """Type a phone or an e-mail; the link goes there, and this page says the same whether anybody is kept."""
    form = OwnPageForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not too_many(request, form, "mine"):
        audience.request_own_page(
            at=now(), channel=form.channel, value=form.cleaned_data["address"], language=get_language() or "vi"
        )
        return render(request, "portal/mine_sent.html", {"channel": form.channel})
    return with_form(request, "portal/mine_ask.html", {"form": form})


@personal
@require_POST
def from_message(request: HttpRequest, token: str) -> HttpResponse:
    """From the link in a message: a fresh link goes to the address the message went to."""
    try:
        address, _purpose = audience.read_unsubscribe_token(token)
    except BadTokenError as refusal:
        return _broken(request, refusal)
    if address.value and address.channel != "portal":
        audience.request_own_page(
            at=now(), channel=address.channel, value=address.value, language=get_language() or "vi"
        )
    return render(request, "portal/mine_sent.html", {"channel": address.channel})


@personal
@require_POST
def from_inbox(request: HttpRequest, token: str) -> HttpResponse:
    """From the private inbox: its address is the proof, so the page opens at once."""
    try:
        return redirect("portal:mine", audience.open_from_inbox(at=now(), inbox=token, language=get_language() or "vi"))
    except BadTokenError:
        raise Http404 from None


@of_one_person
def mine(request: HttpRequest, page: OwnPage) -> HttpResponse:
    """What is kept of the person and why; that they looked is put on the register."""
    audience.note_access(at=now(), page=page)
    return render(request, "portal/mine.html", own_page.shown(page, done=request.GET.get("xong", "")))


@of_one_person
def correct(request: HttpRequest, page: OwnPage) -> HttpResponse:
    """Put right the name, the language, the commune or the hamlet."""
    assert page.person is not None
    form = CorrectionForm(request.POST or None, kept=selectors.kept_of(page.person))
    if request.method == "POST" and form.is_valid():
        audience.correct_on_own_page(at=now(), page=page, **form.corrected())
        return _back(page, "sua")
    return with_form(request, "portal/mine_correct.html", {"form": form, "page": page})


@of_one_person
@require_POST
def withdraw(request: HttpRequest, page: OwnPage) -> HttpResponse:
    """Take back one consent or all of them; it counts at once."""
    purpose, _colon, channel = request.POST.get("what", "").partition(":")
    audience.withdraw_on_own_page(at=now(), page=page, purpose=purpose or None, channel=channel or None)
    return _back(page, "rut")


@of_one_person
@require_POST
def download(request: HttpRequest, page: OwnPage) -> HttpResponse:
    """A copy of everything, as a file: to read (HTML) or to carry elsewhere (JSON)."""
    audience.note_copy(at=now(), page=page)
    return own_page.copy_file(page, "json" if request.POST.get("form") == "json" else "html", at=now())


@of_one_person
def erase(request: HttpRequest, page: OwnPage) -> HttpResponse:
    """Say what erasing does, then do it."""
    if request.method == "POST":
        audience.erase_on_own_page(at=now(), page=page)
        return render(request, "portal/mine_erased.html")
    return render(request, "portal/mine_erase.html", {"page": page})


@of_one_person
def other(request: HttpRequest, page: OwnPage) -> HttpResponse:
    """Ask an officer for what the page cannot do."""
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not too_many(request, form, "mine"):
        said = form.cleaned_data
        audience.ask_on_own_page(at=now(), page=page, kind=RightKind(said["kind"]), text=said["text"])
        return _back(page, "hoi")
    return with_form(request, "portal/mine_other.html", {"form": form, "page": page})


@of_one_person
def change_address(request: HttpRequest, page: OwnPage, pk: int) -> HttpResponse:
    """Another phone or e-mail: a link goes there first."""
    assert page.person is not None
    address = selectors.own_address(page.person, pk)
    if address is None or not is_typed(address.channel):
        raise Http404
    form = NewAddressForm(request.POST or None, channel=address.channel)
    if request.method == "POST" and form.is_valid() and not too_many(request, form, "mine"):
        audience.request_new_address(at=now(), page=page, address=address, typed=form.cleaned_data["value"])
        return _back(page, "dia-chi")
    return with_form(request, "portal/mine_address.html", {"form": form, "page": page})


@personal
def new_address(request: HttpRequest, token: str) -> HttpResponse:
    """The link sent to a new address: a button, because mail scanners open links by themselves."""
    done = False
    try:
        audience.read_new_address(token, now())
        if request.method == "POST":
            audience.confirm_new_address(token, now())
            done = True
    except LantoaError as refusal:
        return _broken(request, refusal)
    return render(request, "portal/mine_new_address.html", {"done": done})


def _back(page: OwnPage, done: str) -> HttpResponse:
    return redirect(f"{reverse('portal:mine', args=[page.token])}?xong={done}")


def _broken(request: HttpRequest, refusal: LantoaError) -> HttpResponse:
    return render(request, "portal/mine_broken.html", {"problem": str(refusal)}, status=404)
