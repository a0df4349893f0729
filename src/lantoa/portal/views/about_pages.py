"""Is this page useful? What is wrong with it? Two plain forms, no script, no cookie."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.pace import unhurried
from lantoa.listening.models import Case
from lantoa.listening.usefulness import count_use, report_page
from lantoa.portal.forms import PageReportForm
from lantoa.portal.pages import OpenPage, open_page
from lantoa.portal.throttle import first_this_hour, too_many
from lantoa.portal.views.cases import personal, with_form


@personal
@require_POST
@unhurried("useful", page=True)
def useful(request: HttpRequest) -> HttpResponse:
    """Count a yes or a no of this connection, once an hour for each page, and say thank you."""
    page = _page(request.POST.get("trang", ""))
    helped = request.POST.get("co") == "1"
    if not request.POST.get("website") and first_this_hour(request, f"useful:{page.address}"):
        count_use(address=page.address, helped=helped, at=now())
    return render(request, "portal/useful_done.html", {"page": page, "helped": helped})


@personal
def report(request: HttpRequest) -> HttpResponse:
    """Say what is wrong on a page; answered with a receipt code like any other message."""
    sent = request.method == "POST"
    page = _page((request.POST if sent else request.GET).get("trang", ""))
    form = PageReportForm(request.POST if sent else None)
    if sent and form.is_valid() and not too_many(request, form, "feedback") and (case := _reported(page, form)):
        return redirect(reverse("portal:answer", args=[case.code]) + "?moi=1")
    return with_form(request, "portal/report_page.html", {"page": page, "form": form})


def _page(typed: str) -> OpenPage:
    page = open_page(typed)
    if page is None:
        raise Http404
    return page


def _reported(page: OpenPage, form: PageReportForm) -> Case | None:
    said = form.cleaned_data
    try:
        return report_page(
            address=page.address, matter=said["matter"], text=said["text"], unit_id=page.unit_id,
            agency_id=page.agency_id, submission_key=form.submission_key(page.address),
            language=get_language() or "vi", at=now(),
        )  # fmt: skip
    except LantoaError as refusal:
        form.add_error(None, str(refusal))
        return None
