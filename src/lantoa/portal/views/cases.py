"""A citizen speaks and follows what becomes of it. Nobody signs in, so there is no session to protect by a token."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from lantoa.contributions import selectors as contributions
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.pace import A_MINUTE
from lantoa.listening import selectors as listening
from lantoa.listening.enums import Door
from lantoa.listening.models import Case
from lantoa.listening.services import open_case, reopen_case
from lantoa.portal import presenting
from lantoa.portal.forms import AgainForm, CodeForm, FeedbackForm
from lantoa.portal.throttle import TOO_FAST, TOO_MANY, WINDOW, too_many

type View = Callable[..., HttpResponse]


def personal(view: View) -> View:
    """A page of one person: never stored, never listed, its address told to nobody.

    It takes no cookie and knows no session, so a forged request could do nothing its sender could not do anyway:
    the CSRF token would only bring a cookie.
    """

    @csrf_exempt
    @cache_control(no_store=True, private=True)
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return guarded


def with_form(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """A page with its `form`: 422 when it came back with something to put right, 429 when it came too often."""
    form = context["form"]
    response = render(request, template, context, status=422 if form.errors else 200)
    for code, seconds in ((TOO_MANY, WINDOW.total_seconds()), (TOO_FAST, A_MINUTE)):
        if form.has_error(NON_FIELD_ERRORS, code):
            response.status_code = 429
            response.headers["Retry-After"] = str(int(seconds))
    return response


@csrf_exempt  # as `personal`; but search engines may list this page
@cache_control(no_store=True)
def feedback(request: HttpRequest) -> HttpResponse:
    """Ask or say something; answered with a receipt code. The home page sends a first draft of the text, a
    dialogue its name (`?buoi=`)."""
    begun = request.POST.get("text") or presenting.asked_beforehand(request.GET.get("buoi", ""))
    draft = {"text": begun, "unit": request.GET.get("xa", "")}
    sent = request.method == "POST" and "key" in request.POST
    form = FeedbackForm(request.POST if sent else None, initial=draft)
    if sent and form.is_valid() and not too_many(request, form, "feedback") and (case := _opened(form)):
        return redirect(reverse("portal:answer", args=[case.code]) + "?moi=1")
    context = {"form": form, "answer_days": presenting.answer_days()}
    return with_form(request, "portal/feedback.html", context)


def _opened(form: FeedbackForm) -> Case | None:
    said = form.cleaned_data
    try:
        return open_case(
            text=said["text"], unit_id=int(said["unit"]), door=Door.PORTAL, submission_key=form.submission_key(),
            by=None, at=now(), matter=said["matter"], contact=form.contact(), language=get_language() or "vi",
        )  # fmt: skip
    except LantoaError as refusal:
        form.add_error(None, str(refusal))
        return None


@csrf_exempt
@cache_control(no_store=True)
def find_answer(request: HttpRequest) -> HttpResponse:
    """Type a receipt code, read the answer."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not too_many(request, form, "code"):
        if case := listening.by_code(form.cleaned_data["code"]):
            return redirect("portal:answer", code=case.code)
        if story := contributions.by_code(form.cleaned_data["code"]):
            return redirect("portal:story", code=story.code)
        form.add_error("code", _("No message has this code. Compare it with the one you were given."))
    return with_form(request, "portal/find_answer.html", {"form": form})


def case_or_404(code: str) -> Case:
    """The case a receipt code opens."""
    case: Case | None = listening.by_code(code)
    if case is None:
        raise Http404
    return case


@personal
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """One citizen's message and how far its answer has come; opened again here when the answer does not answer."""
    case = case_or_404(code)
    form = AgainForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not too_many(request, form, "again"):
        try:
            reopen_case(case_id=case.pk, text=form.cleaned_data["text"], by=None, at=now())
            return redirect(reverse("portal:answer", args=[case.code]) + "?lai=1")
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
    context = {"follow": presenting.follow(case, now()), "form": form, "new": "moi" in request.GET}
    return with_form(request, "portal/answer.html", context | {"again": "lai" in request.GET})


@personal
@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt code as a small text file to keep."""
    case = case_or_404(code)
    context = {"case": case, "url": request.build_absolute_uri(reverse("portal:answer", args=[case.code]))}
    response = render(request, "portal/receipt.txt", context, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="lan-toa-{case.code}.txt"'
    return response
