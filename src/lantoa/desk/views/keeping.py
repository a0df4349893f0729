"""What administrators and auditors look after: accounts, working days, the audit log."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.desk import audit_log
from lantoa.desk.days import year_of
from lantoa.desk.forms import AccountForm, AuditFilter, SwapForm
from lantoa.desk.people import posts_held, sign_in_of
from lantoa.kernel import services
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now, today
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User
from lantoa.kernel.rules import MANAGE_ACCOUNTS, MANAGE_CALENDAR, VIEW_AUDIT

A_PAGE = 50


@desk_view(VIEW_AUDIT)
def audit(request: StaffRequest) -> HttpResponse:
    """The log, the newest first, with the last verdict on its chain."""
    form = AuditFilter(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = Paginator(audit_log.entries(**wanted), A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "lines": audit_log.laid_open(list(page)), "last": audit_log.last_verified()}
    return render(request, "desk/audit.html", context)


@require_POST
@desk_view(VIEW_AUDIT)
def audit_verify(request: StaffRequest) -> HttpResponse:
    """Walk the chain now and say how it stands."""
    verdict = audit_log.verify_chain(by=request.user, at=now())
    if verdict.broken_at is None:
        messages.success(request, _("The chain holds: %(n)s entries checked.") % {"n": verdict.entries})
    else:
        messages.error(
            request,
            _("Entry %(n)s does not follow from the one before it. Keep the database as it is and tell the province.")
            % {"n": verdict.broken_at},
        )
    return redirect("desk:audit")


@desk_view(MANAGE_ACCOUNTS)
def accounts(request: StaffRequest) -> HttpResponse:
    """Every staff account with the posts held today."""
    users = User.objects.order_by("-is_active", "display_name", "pk")
    page = Paginator(users, A_PAGE).get_page(request.GET.get("page"))
    held = posts_held([user.pk for user in page], today())
    rows = [(user, sign_in_of(user), held.get(user.pk, [])) for user in page]
    return render(request, "desk/accounts.html", {"page": page, "rows": rows})


@desk_view(MANAGE_ACCOUNTS)
def account_new(request: StaffRequest) -> HttpResponse:
    """Make an account; its first password stands on the page once and nowhere else."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user, password = services.create_account(**form.cleaned_data, by=request.user, at=now())
            made = {"made": user, "password": password, "sign_in": sign_in_of(user)}
            return render(request, "desk/account_made.html", made)
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
    return render(request, "desk/account_new.html", {"form": form}, status=422 if form.errors else 200)


@desk_view(MANAGE_ACCOUNTS)
def account(request: StaffRequest, pk: int) -> HttpResponse:
    """One account: who, how they sign in, which posts they hold."""
    user = get_object_or_404(User, pk=pk)
    context = {"account": user, "sign_in": sign_in_of(user), "held": posts_held([pk], today()).get(pk, [])}
    return render(request, "desk/account.html", context)


@require_POST
@desk_view(MANAGE_ACCOUNTS)
def account_close(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop an account from signing in."""
    get_object_or_404(User, pk=pk)
    try:
        closed = services.close_account(user_id=pk, by=request.user, at=now())
        messages.success(request, _("%(name)s can no longer sign in.") % {"name": closed})
    except LantoaError as refusal:
        messages.error(request, str(refusal))
    return redirect("desk:account", pk=pk)


@desk_view(MANAGE_CALENDAR)
def calendar(request: StaffRequest) -> HttpResponse:
    """The days the province swapped, and the holidays of the year; deadlines follow at once."""
    form = SwapForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            swapped = services.swap_day(**form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Kept: %(day)s. Deadlines count with it from now on.") % {"day": swapped})
            return redirect("desk:calendar")
        except LantoaError as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, **year_of(today())}
    return render(request, "desk/calendar.html", context, status=422 if form.errors else 200)
