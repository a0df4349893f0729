"""The desk's pages on the way out: content checks and sending, the legal check, taking down."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.approvals.selectors import content_of
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.errors import LantoaError
from lantoa.newsroom import checks, reading, selectors, services
from lantoa.newsroom.forms import LawForm, SendingForm, WithdrawalForm
from lantoa.newsroom.rules import CHECK_LAW, WITHDRAW, WRITE, needs_law


@desk_view(WRITE)
def send(request: StaffRequest, pk: int) -> HttpResponse:
    """What the checks find in the newest version; mend it, or say why it stands, and send it."""
    page = get_object_or_404(selectors.writable_pages(request.user), pk=pk).specific
    newest = page.get_latest_revision_as_object()
    found = checks.run(newest, on=timezone.localdate())
    warned = checks.warnings(found)
    form = SendingForm(_posted(request), warned=warned, live=page.live, before=selectors.last_answers(page))
    if request.method == "POST" and form.is_valid():
        act = partial(services.submit_page, page=page, accepted=form.accepted, correction=form.correction)
        if _attempt(request, act, _sent_words(page)):
            return redirect("newsroom:pages")
    groups = [(checks.CHECKS[code].label, ones, form[f"why-{code}"]) for code, ones in warned.items()]
    context = {"page": page, "newest": newest, "form": form, "stops": _by_check(found), "groups": groups,
               "needs_law": needs_law(page)}  # fmt: skip
    return render(request, "newsroom/send.html", context)


def _by_check(found: list[checks.Finding]) -> list[tuple[Any, list[checks.Finding]]]:
    grouped: dict[str, list[checks.Finding]] = {}
    for finding in checks.stops(found):
        grouped.setdefault(finding.code, []).append(finding)
    return [(checks.CHECKS[code].label, ones) for code, ones in grouped.items()]


def _sent_words(page: Any) -> str:
    if needs_law(page):
        return _("Sent. The legal check comes first, then someone else reads and approves it.")
    return _("Sent for approval. Someone else reads it now.")


@desk_view(CHECK_LAW)
def law_queue(request: StaffRequest) -> HttpResponse:
    """The pages that wait for this person's legal check."""
    return render(request, "newsroom/law_queue.html", {"waiting": selectors.law_queue(request.user)})


@desk_view(CHECK_LAW)
def law(request: StaffRequest, pk: int) -> HttpResponse:
    """One page as it was sent: clear the law in it, or hand it back."""
    submission = get_object_or_404(selectors.law_queue(request.user), submission=pk).submission
    form = LawForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        cleared = form.cleaned_data["verdict"] == "cleared"
        page = selectors.page_for_subject(submission.subject)
        act = partial(services.clear_law if cleared else services.object_law, page=page, note=form.cleaned_data["note"])
        words = _("Cleared. Whoever approves can now do so.") if cleared else _("Handed back to its author.")
        return redirect("newsroom:law_queue") if _attempt(request, act, words) else redirect("newsroom:law", pk)
    sections = [*reading.sections(content_of(submission)), *reading.beside(pk)]
    context = {"submission": submission, "sections": sections, "form": form, "found": _found_laws(submission)}
    return render(request, "newsroom/law.html", context)


def _found_laws(submission: Any) -> list[checks.Finding]:
    page = selectors.page_for_subject(submission.subject)
    found = checks.run(page.get_latest_revision_as_object(), on=timezone.localdate()) if page else []
    return [finding for finding in found if finding.code == "law"]


@desk_view(WITHDRAW)
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a published page down, with words for the house and words for its readers."""
    page = get_object_or_404(selectors.withdrawable_pages(request.user), pk=pk)
    form = WithdrawalForm(_posted(request), page=page)
    if request.method == "POST" and form.is_valid():
        act = partial(services.withdraw_page, page=page, **form.cleaned_data)
        if _attempt(request, act, _("Taken down. Its address now says so.")):
            return redirect("newsroom:pages")
    followed = selectors.translations_of(page).select_related("locale")
    return render(request, "newsroom/withdraw.html", {"page": page, "form": form, "translations": followed})


def _posted(request: StaffRequest) -> QueryDict | None:
    """What was sent, also when it is nothing but the button."""
    return request.POST if request.method == "POST" else None


def _attempt(request: StaffRequest, act: Any, words: str) -> bool:
    """Do it as this person, now, and tell them how it went."""
    try:
        act(by=request.user, at=timezone.now())
    except LantoaError as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, words)
    return True
