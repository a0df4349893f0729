"""The desk's pages about channels: what there is, how it is doing, its settings, a test."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantoa.channels import registry
from lantoa.channels.contract import Capability
from lantoa.channels.forms import AccountForm, TestMessageForm, TryOutForm
from lantoa.channels.models import ChannelAccount, InboxMark
from lantoa.channels.placing import PublicCapability, TryOut
from lantoa.channels.presenting import HINTS, card, mailbox_line, test_result, try_result, untold, when_in_doubt
from lantoa.channels.rules import MANAGE, VIEW, agencies_managed
from lantoa.channels.sealing import SealBrokenError
from lantoa.channels.selectors import managed_accounts, visible_accounts, webhook_url
from lantoa.channels.services import announce, save_account, send_test, try_account
from lantoa.kernel.access import allowed
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import now


@desk_view(VIEW)
def account_list(request: StaffRequest) -> HttpResponse:
    """Show every channel account with its light."""
    at, editable = now(), set(managed_accounts(request.user).values_list("pk", flat=True))
    cards = [card(account, editable=account.pk in editable, now=at) for account in visible_accounts(request.user)]
    kinds = [found.capability for found in registry.with_account().values()]
    facts = {"cards": cards, "kinds": kinds, "may_add": allowed(request.user, MANAGE)}
    return render(request, "channels/list.html", facts)


@desk_view(MANAGE)
def account_add(request: StaffRequest, kind: str) -> HttpResponse:
    """Set up a new account of one kind, for the officer's own agency (an administrator: for the whole system)."""
    if kind not in registry.with_account():
        raise Http404
    managed = agencies_managed(request.user)
    account = ChannelAccount(kind=kind, agency_id=min(managed) if managed else None)
    return _edit(request, account)


@desk_view(MANAGE)
def account_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change an account's settings."""
    return _edit(request, get_object_or_404(managed_accounts(request.user), pk=pk))


@desk_view(MANAGE)
@require_POST
def account_test(request: StaffRequest, pk: int) -> HttpResponse:
    """Send the officer a test message and tell how it went."""
    account = get_object_or_404(managed_accounts(request.user).filter(kind__in=registry.tried()), pk=pk)
    form = _test_form(account.kind, request.POST)
    if not form.is_valid():
        asked = form.fields["address"].label
        messages.error(request, _("“%(field)s” is missing: enter it, then try again.") % {"field": asked})
        return redirect("channels:edit", pk=pk)
    level, sentence = _tested(request, account, form.cleaned_data["address"])
    getattr(messages, level)(request, sentence)
    return redirect("channels:edit", pk=pk)


def _tested(request: StaffRequest, account: ChannelAccount, address: str) -> tuple[str, str]:
    """Try the account and return how that ended: a message level and a sentence."""
    if tried := _try_out(account.kind):
        return try_result(try_account(by=request.user, at=now(), account=account, typed=address), tried)
    subject, text = _("Test message from Lan Tỏa"), _("This is a test message. Nothing needs to be done.")
    if sample := registry.channel(account.kind).sample:
        text = sample(account.settings)
    return test_result(
        send_test(by=request.user, at=now(), account=account, address=address, subject=subject, text=text)
    )


def _try_out(kind: str) -> TryOut | None:
    return registry.public(kind).try_out if kind in registry.publics() else None


def _test_form(kind: str, data: QueryDict | None = None) -> forms.Form:
    """What is asked before an account of this kind is tried."""
    if tried := _try_out(kind):
        return TryOutForm(data, asked=tried)
    return TestMessageForm(data, hint=str(HINTS.get(registry.capability(kind).address, "")))


def _edit(request: StaffRequest, account: ChannelAccount) -> HttpResponse:
    form_class: type[AccountForm] = import_string(registry.account_form(account.kind))
    form = form_class(request.POST or None, instance=account, held=_held(account))
    if request.method == "POST" and form.is_valid():
        known, at = (account if account.pk else None), now()
        values = {"agency_id": account.agency_id, **form.values()}
        saved = save_account(by=request.user, at=at, kind=account.kind, account=known, **values)
        messages.success(request, _saved(account.kind))
        if account.kind in registry.kinds() and (problem := announce(account=saved)):
            messages.warning(request, untold(problem))
        return redirect("channels:edit", pk=saved.pk)
    return render(request, "channels/edit.html", _edit_facts(account, form))


def _saved(kind: str) -> str:
    if kind not in registry.tried():
        return _("Saved.")
    tried = _try_out(kind)
    checked = tried is not None and not tried.sends
    return _("Saved. Check the connection now.") if checked else _("Saved. Send yourself a test message now.")


def _held(account: ChannelAccount) -> frozenset[str]:
    try:
        return frozenset(account.secrets())
    except SealBrokenError:
        return frozenset()


def _edit_facts(account: ChannelAccount, form: AccountForm) -> dict[str, object]:
    capability = registry.described(account.kind)
    facts: dict[str, object] = {"account": account, "capability": capability, "form": form}
    facts |= {"public": isinstance(capability, PublicCapability), "in_doubt": when_in_doubt(capability)}
    if account.pk:
        facts["card"] = card(ChannelAccount.objects.get(pk=account.pk), editable=True, now=now())
        if account.kind in registry.tried():
            facts |= {"test": _test_form(account.kind), "tried": _try_out(account.kind)}
        if isinstance(capability, Capability) and (page := registry.channel(account.kind).page):
            facts |= import_string(page)(account)
        hook = registry.hook(account.kind)
        facts["webhook_url"] = webhook_url(account) if hook is not None and hook.entered_by_hand else ""
        facts["mailbox"] = mailbox_line(InboxMark.objects.filter(pk=account.pk).first())
    return facts
