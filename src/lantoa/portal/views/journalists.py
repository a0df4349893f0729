"""Journalists on the portal: register, confirm, enter by a link that works once, read under embargo, leave."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.views.decorators.cache import cache_control
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from lantoa.kernel.clock import now, today
from lantoa.kernel.errors import LantoaError
from lantoa.portal import press_pages
from lantoa.portal.press_forms import AskForm, RegisterForm, WorkMailForm
from lantoa.portal.throttle import too_many
from lantoa.portal.views.cases import personal, with_form
from lantoa.portal.views.press import A_PAGE, gone
from lantoa.pressroom.enums import OPEN, LinkKind, RequestState
from lantoa.pressroom.models import Journalist
from lantoa.pressroom.presenting import REQUEST_CHIPS
from lantoa.pressroom.rules import LinkBroken
from lantoa.pressroom.selectors import kits, requests
from lantoa.pressroom.selectors.journalists import session_of
from lantoa.pressroom.services import journalists as services
from lantoa.pressroom.services import requests as asking
from lantoa.pressroom.serving import SANDBOX, serve, serve_answer
from lantoa.territory.selectors import names_on

ASKED = 20

type JournalistView = Callable[..., HttpResponseBase]


@csrf_exempt  # no session, so nothing to forge; see `cases.personal`
@cache_control(no_store=True)
def register(request: HttpRequest) -> HttpResponse:
    """Register: a link goes to the address, and this page says the same whether it is known."""
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not too_many(request, form, "press"):
        services.apply(told=form.told(), language=get_language() or "vi", at=now())
        return render(request, "portal/press_sent.html", {"registering": True})
    return with_form(request, "portal/press_register.html", {"form": form})


@personal
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm the address: a button, because mail scanners open links by themselves."""
    done = False
    try:
        if request.method == "POST":
            services.confirm(token, at=now())
            done = True
        else:
            services.read_link(token, LinkKind.CONFIRM, at=now())
    except LinkBroken as refusal:
        context = {"problem": str(refusal), "again": reverse("portal:press_register")}
        return render(request, "portal/press_broken.html", context, status=404)
    return render(request, "portal/press_confirm.html", {"done": done})


@csrf_exempt  # as `register`
@cache_control(no_store=True)
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for a link to enter; this page says the same whether the address is known."""
    form = WorkMailForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not too_many(request, form, "press"):
        services.ask_to_enter(email=form.cleaned_data["email"], language=get_language() or "vi", at=now())
        return render(request, "portal/press_sent.html", {"registering": False})
    return with_form(request, "portal/press_enter.html", {"form": form})


@personal
def enter_link(request: HttpRequest, token: str) -> HttpResponse:
    """Enter by the link: a button, because mail scanners open links by themselves; it works once."""
    try:
        if request.method != "POST":
            services.read_link(token, LinkKind.ENTER, at=now())
            return render(request, "portal/press_enter_link.html")
        cookie = services.enter(token, at=now())
    except LinkBroken as refusal:
        context = {"problem": str(refusal), "again": reverse("portal:press_enter")}
        return render(request, "portal/press_broken.html", context, status=404)
    return _with_cookie(redirect("portal:journalist"), cookie)


def for_journalists(view: JournalistView) -> JournalistView:
    """A page for whoever has entered: kept by nobody on the way; everybody else is led to the door.

    No token is asked for, which would bring a cookie for the whole site: browsers send the session's cookie with no
    form of another site (`SameSite`), and say besides which site a form comes from.
    """

    @csrf_exempt
    @cache_control(no_store=True, private=True)
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "POST" and _comes_from_elsewhere(request):
            raise PermissionDenied
        session = session_of(request.COOKIES.get(_cookie_name(get_language()), ""), now())
        if session is None:
            return redirect("portal:press_enter")
        response = view(request, session.journalist, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@require_safe
@for_journalists
def home(request: HttpRequest, journalist: Journalist) -> HttpResponse:
    """Every kit, those under embargo marked."""
    page = Paginator(kits.kits_for_journalists(), A_PAGE).get_page(request.GET.get("page"))
    at = now()
    found = [(one, one.version.is_embargoed(at)) for one in kits.as_read(page)]
    asked = [(one, *REQUEST_CHIPS[RequestState(one.state)]) for one in requests.asked_by(journalist)[:ASKED]]
    context = {"page": page, "kits": found, "journalist": journalist, "asked": asked}
    return render(request, "portal/journalist.html", context)


@require_safe
@for_journalists
def kit(request: HttpRequest, journalist: Journalist, pk: int) -> HttpResponse:
    """One kit; under embargo that it was opened is kept."""
    read = kits.read_kit(kits.kits_for_journalists(), pk)
    if read is None:
        return gone(request, pk, embargoed=True)
    at = now()
    services.note_seen(journalist=journalist, version=read.version, at=at)
    context = press_pages.shown(read, at=at, journalist=True) | {"journalist": journalist}
    return render(request, "portal/journalist_kit.html", context)


@require_safe
@csp_override(SANDBOX)
@for_journalists
def kit_file(request: HttpRequest, journalist: Journalist, pk: int, file_id: int) -> HttpResponseBase:
    """A file of a kit; under embargo that it was taken, or a picture of it seen, is kept."""
    read = kits.read_kit(kits.kits_for_journalists(), pk)
    if read is None:
        return gone(request, pk, embargoed=True)
    if (file := kits.file_of(read, file_id)) is None:
        raise Http404
    small = "nho" in request.GET
    answer = serve(request, file, small=small, public=False)
    services.note_seen(journalist=journalist, version=read.version, at=now(), file=file, small=small)
    return answer


@for_journalists
def ask(request: HttpRequest, journalist: Journalist) -> HttpResponse:
    """Ask a unit, with a deadline."""
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not too_many(request, form, "press"):
        try:
            made = asking.ask(journalist_id=journalist.pk, asked=form.asked(), submission_key=form.submission_key(),
                              at=now())  # fmt: skip
            return redirect(reverse("portal:journalist_request", args=[made.number]) + "?moi=1")
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
    return with_form(request, "portal/journalist_ask.html", {"form": form})


@require_safe
@for_journalists
def asked(request: HttpRequest, journalist: Journalist, number: str) -> HttpResponse:
    """One request as the journalist follows it."""
    row = get_object_or_404(requests.asked_by(journalist), number=number)
    context = {
        "row": row, "events": requests.history(row, public=True), "chip": REQUEST_CHIPS[RequestState(row.state)],
        "new": "moi" in request.GET, "may_recall": row.state in OPEN and row.journalist_id == journalist.pk,
        "place": names_on({row.unit_id}, today()).get(row.unit_id, ""),
    }  # fmt: skip
    return render(request, "portal/journalist_request.html", context)


@require_POST
@for_journalists
def recall(request: HttpRequest, journalist: Journalist, number: str) -> HttpResponse:
    """Take a request back."""
    row = get_object_or_404(requests.asked_by(journalist), number=number, journalist=journalist)
    if row.state in OPEN:
        asking.recall(request_id=row.pk, journalist_id=journalist.pk, at=now())
    return redirect("portal:journalist_request", row.number)


@require_safe
@csp_override(SANDBOX)
@for_journalists
def answer_file(request: HttpRequest, journalist: Journalist, number: str, file_id: int) -> HttpResponseBase:
    """A file of an answer, to whoever asked."""
    row = get_object_or_404(requests.asked_by(journalist), number=number)
    if (file := requests.answer_file(row, file_id)) is None:
        raise Http404
    return serve_answer(request, file)


@require_POST
@for_journalists
def leave(request: HttpRequest, journalist: Journalist) -> HttpResponse:
    """Leave: the session ends."""
    services.leave(request.COOKIES.get(_cookie_name(get_language()), ""), at=now())
    return redirect("portal:press")


def _comes_from_elsewhere(request: HttpRequest) -> bool:
    """Whether the browser says that another site, or a neighbour under the same name, sent this form."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.get_host()


def _cookie_name(language: str | None) -> str:
    return f"press-{language or 'vi'}"


def _with_cookie(response: HttpResponse, cookie: str) -> HttpResponse:
    """The session's cookie, for the journalists' own pages alone, in each language of the site."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            response.set_cookie(
                _cookie_name(language), cookie, path=reverse("portal:journalist"), httponly=True, samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE, max_age=int(services.SESSION.total_seconds()),
            )  # fmt: skip
    return response
