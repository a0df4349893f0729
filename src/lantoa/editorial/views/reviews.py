"""What waits to be read: by when, by whom, who is away and who stands in."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.editorial.forms import AbsenceForm
from lantoa.editorial.models import Absence
from lantoa.editorial.rules import SEE
from lantoa.editorial.selectors.reviews import absences, reviews_of, waiting
from lantoa.editorial.services import end_absence, note_absence
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError

A_PAGE = 30


def _shown(request: StaffRequest, form: AbsenceForm | None = None) -> HttpResponse:
    at = now()
    page = Paginator(reviews_of(request.user, at=at), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": waiting(page, at=at), "page": page, "absences": absences(request.user, at=at),
        "form": form or AbsenceForm(user=request.user, at=at), "failed": form,
    }  # fmt: skip
    return render(request, "editorial/reviews.html", context, status=422 if form else 200)


@desk_view(SEE)
def reviews(request: StaffRequest) -> HttpResponse:
    """Texts that wait, the most pressing first."""
    return _shown(request)


@require_POST
@desk_view(SEE)
def absence_new(request: StaffRequest) -> HttpResponse:
    """Note who is away."""
    form = AbsenceForm(request.POST, user=request.user, at=now())
    if form.is_valid():
        given = dict(form.cleaned_data)
        try:
            note_absence(user_id=given.pop("user"), by=request.user, at=now(), **given)
            messages.success(request, _("Noted. Whoever stands in is shown beside each text."))
            return redirect("editorial:reviews")
        except LantoaError as refusal:
            form.add_error("last_on", str(refusal))
    return _shown(request, form)


@require_POST
@desk_view(SEE)
def absence_end(request: StaffRequest, pk: int) -> HttpResponse:
    """They are back."""
    rows = absences(request.user, at=now())
    row = get_object_or_404(Absence.objects.filter(pk__in=[one.pk for one in rows]), pk=pk)
    end_absence(absence_id=row.pk, by=request.user, at=now())
    return redirect("editorial:reviews")
