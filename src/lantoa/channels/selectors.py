"""Reads of this room: accounts that can send, and the transport to one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.utils.module_loading import import_string

from lantoa.channels import registry
from lantoa.channels.contract import AccountProblem, Idempotency, TokenKeeper, Transport, Window
from lantoa.channels.models import ChannelAccount, InboundEvent, InboundFile
from lantoa.channels.placing import Placer
from lantoa.channels.rules import VIEW, agencies_managed
from lantoa.channels.sealing import SealBrokenError
from lantoa.channels.wording import plain_words
from lantoa.kernel.access import Person, granted

WEBHOOKS = "/webhook/"
"""Where `webhook_urls` hang in the house's addresses."""


def visible_accounts(user: Person, *, at: datetime | None = None) -> QuerySet[ChannelAccount]:
    """The accounts a person may see: all of those of kinds we have, for whoever may see channels at all."""
    if not granted(user, VIEW, at):
        return ChannelAccount.objects.none()
    return ChannelAccount.objects.filter(kind__in=registry.with_account()).select_related("agency")


def managed_accounts(user: Person, *, at: datetime | None = None) -> QuerySet[ChannelAccount]:
    """The accounts a person may change."""
    managed = agencies_managed(user, at=at)
    found = visible_accounts(user, at=at)
    return found if managed is None else found.filter(agency__in=managed)


def accounts_for(channel: str) -> QuerySet[ChannelAccount]:
    """The accounts that carry one channel and are in use, of whatever kind."""
    return ChannelAccount.objects.filter(kind__in=registry.serving(channel), enabled=True)


def ready(channel: str, *, at: datetime) -> QuerySet[ChannelAccount]:
    """The accounts that may send on one channel at this moment: in use and not paused."""
    return accounts_for(channel).filter(Q(paused_until__isnull=True) | Q(paused_until__lte=at))


def accounts_of_kinds(kinds: Iterable[str]) -> list[int]:
    """The ids of all accounts of these kinds, in use or not."""
    return list(ChannelAccount.objects.filter(kind__in=list(kinds)).values_list("pk", flat=True))


def again_through(channel: str, account_id: int | None) -> ChannelAccount | None:
    """The account through which a message in doubt may go out again without a double, in use or not: the one that may
    have sent it, if its provider drops a repeat or can be asked; None: nobody can tell."""
    if account_id is None:
        return None
    found = ChannelAccount.objects.filter(pk=account_id, kind__in=registry.serving(channel)).first()
    return found if found is not None and settles_doubt(found) else None


def settles_doubt(account: ChannelAccount) -> bool:
    """Whether an account's provider drops a repeat or can be asked about a message in doubt that it may have."""
    return registry.answering(account.kind).capability.idempotency is not Idempotency.NONE


def carries(account: ChannelAccount, texts: Iterable[str]) -> bool:
    """Whether an account's provider takes each of these texts as they stand."""
    faults = registry.answering(account.kind).faults
    return not any(faults(text, account.settings) for text in texts)


def ready_with(channel: str, text: str, *, at: datetime) -> ChannelAccount | None:
    """An account that may send this very text now; the first that may send at all, to say why not, where none in use
    takes it; None while those that take it rest."""
    able = list(accounts_for(channel))
    able = [one for one in able if carries(one, [text])] or able
    return next((one for one in able if one.may_send(at)), None)


def form_faults(kind: str, text: str) -> list[str]:
    """What keeps a text from going out on this channel, in the reader's language, each once; nothing as soon as one
    account in use takes it."""
    if kind not in registry.channels():
        return []
    said = [registry.channel(one.kind).faults(text, one.settings) for one in accounts_for(kind)]
    return list(dict.fromkeys(plain_words(fault) for faults in said for fault in faults)) if all(said) else []


def accounts_in_use() -> list[str]:
    """The kinds of which some account is in use."""
    return list(ChannelAccount.objects.filter(enabled=True).order_by().values_list("kind", flat=True).distinct())


def invitation(kind: str, token: str) -> str:
    """The address by which a person joins our account of this kind with a token; empty where there is none in use."""
    account, channel = accounts_for(kind).order_by("pk").first(), registry.channels().get(kind)
    if account is None or channel is None or channel.invite is None:
        return ""
    return channel.invite(account.settings, token)


def window_of(account: ChannelAccount) -> Window | None:
    """The hours in which this account may be used: its own setting `hours` ("any" for none), else the channel's."""
    if account.settings.get("hours") == "any":
        return None
    return registry.answering(account.kind).capability.default_window


def cap_of(account: ChannelAccount) -> int | None:
    """How many ordinary messages one address may get through this account in 24 hours; None for any number.

    The account's own setting `a_day` wins over the channel's; 0 there lifts the cap.
    """
    wish = account.settings.get("a_day")
    return (int(wish) or None) if wish is not None else registry.capability(account.kind).a_day


def price_of(account: ChannelAccount) -> int | None:
    """Đồng for one cost unit, as entered for the account; None when nothing was."""
    price = account.settings.get("price_per_unit")
    return int(price) if isinstance(price, int | float) else None


def transport_for(account: ChannelAccount) -> Transport:
    """Return a closed transport to this account; ``async with`` opens it. Raises KeyError for an unknown kind,
    AccountProblem where its secrets cannot be read any more."""
    channel = registry.answering(account.kind)
    keeper: TokenKeeper | None = import_string(channel.keeper)(account) if channel.keeper else None
    try:
        secrets = account.secrets()
    except SealBrokenError as broken:
        raise AccountProblem(str(broken)) from broken
    return channel.connect(wire_settings(account), secrets, keeper)


def wire_settings(account: ChannelAccount) -> dict[str, Any]:
    """The account's settings with what the installation adds: where we are, and where the provider reaches us."""
    here = {"base_url": settings.LANTOA_BASE_URL, "webhook_url": webhook_url(account)}
    return {**here, **account.settings}


def account_beside(account_id: int, kind: str) -> ChannelAccount | None:
    """The account of another kind that shares this one's webhook; the oldest, should there be several."""
    joined_by = registry.channel(kind).joined_by if kind in registry.channels() else ""
    if not joined_by:
        return None
    slug = ChannelAccount.objects.filter(pk=account_id).values("slug")[:1]
    found = ChannelAccount.objects.annotate(shared=KeyTextTransform(joined_by, "settings"))
    return found.filter(kind=kind, shared=Subquery(slug)).order_by("pk").first()


def placer_for(kind: str, account: ChannelAccount | None) -> Placer:
    """Return a closed placer of a public kind, to this account where its outlets hang on accounts.

    Raises KeyError for a kind that we do not have, ValueError for one that people carry out.
    """
    connect = registry.public(kind).connect
    if connect is None:
        raise ValueError(f"{kind} is carried out by people")
    if account is None:
        return connect({}, {})
    return connect({"webhook_url": webhook_url(account), **account.settings}, account.secrets())


def webhook_url(account: ChannelAccount) -> str:
    """Return where the provider reaches this account, without any secret; empty for kinds that never call us."""
    if registry.hook(account.kind) is None:
        return ""
    # not reverse(): it would load every page of the house into a worker, fifty megabytes for one address
    return f"{settings.LANTOA_BASE_URL}{WEBHOOKS}{account.kind}/{account.slug}/"


def received_at(inbound_id: int) -> datetime | None:
    """When a stored request reached us, by our own clock."""
    return InboundEvent.objects.filter(pk=inbound_id).values_list("received_at", flat=True).first()


def files_of(references: Iterable[str]) -> QuerySet[InboundFile]:
    """The files that came with these messages (``kind:account:message id``), in their order; one query."""
    return InboundFile.objects.filter(reference__in=[one for one in references if one]).order_by("inbound", "place")
